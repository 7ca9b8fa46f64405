package dev.millrace.services.proxy.core;

/**
 * Who has to show credentials before a request outside a dialog goes on (RFC 3261 section 22.3). A request is either from one of
 * our users, who proves it; or from a configured peer; or from elsewhere and then for one of our users. Nothing else is relayed:
 * without credentials nobody but a peer gets further than to our users, whatever is switched off.
 *
 * @param auth whether our users are challenged at all
 * @param open whether anybody may call our users; else only peers
 */
public record Admission(boolean auth, boolean open) {
    /** Where a request wants to go. */
    public enum Aim {
        /** To the proxy itself. */
        HERE,
        /** To a user of a served domain. */
        USER,
        /** To a configured peer, by a static route: costs money as a rule. */
        PEER,
        /** Anywhere else: a foreign domain, or a Route that is not ours. */
        FOREIGN
    }

    /** Who it says it is from. */
    public enum Origin {
        /** A configured peer sent it: by address or by certificate. */
        PEER,
        /** From names a served domain. */
        SERVED,
        /** From is anonymous (RFC 3323), but there are credentials. */
        ANONYMOUS,
        /** Everybody else. */
        FOREIGN
    }

    /** What to do before it goes on. */
    public enum Entry {
        /** It goes on; the sender is vouched for, by configuration. */
        TRUSTED,
        /** It goes on as a stranger's. */
        STRANGER,
        /** Credentials for the domain of From are needed. */
        CHALLENGE_SERVED,
        /** Credentials for the default domain are needed. */
        CHALLENGE_DEFAULT,
        /** 403. */
        REFUSED
    }

    /** The rule. */
    public Entry entry(Origin origin, Aim aim) {
        return switch (origin) {
            case PEER -> Entry.TRUSTED;
            case SERVED ->
                switch (aim) {
                    case HERE -> Entry.STRANGER;
                    case USER -> auth ? Entry.CHALLENGE_SERVED : Entry.TRUSTED;
                    case PEER, FOREIGN -> auth ? Entry.CHALLENGE_SERVED : Entry.REFUSED;
                };
            case ANONYMOUS -> aim != Aim.HERE && auth ? Entry.CHALLENGE_DEFAULT : entry(Origin.FOREIGN, aim);
            case FOREIGN ->
                switch (aim) {
                    case HERE -> Entry.STRANGER;
                    case USER -> open ? Entry.STRANGER : Entry.REFUSED;
                    case PEER, FOREIGN -> auth ? Entry.CHALLENGE_DEFAULT : Entry.REFUSED;
                };
        };
    }
}
