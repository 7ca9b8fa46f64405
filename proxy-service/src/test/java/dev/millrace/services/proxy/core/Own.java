package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.SipUri;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Two served domains, example.com the default one, and the address 192.0.2.1:5060. */
record Own() implements Places {
    private static final Set<String> DOMAINS = Set.of("example.com", "example.org");

    @Override
    public boolean ours(SipUri uri) {
        return DOMAINS.contains(uri.plainHost())
                || uri.plainHost().equals("192.0.2.1") && (uri.port() == 5060 || uri.port() == -1);
    }

    @Override
    public Optional<String> served(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return DOMAINS.contains(name)
                ? Optional.of(name)
                : name.equals("192.0.2.1") ? Optional.of("example.com") : Optional.empty();
    }

    @Override
    public String defaultDomain() {
        return "example.com";
    }
}
