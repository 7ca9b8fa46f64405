package dev.millrace.platform.contracts;

import dev.millrace.protocols.wire.Malformed;
import java.util.Locale;

/** What a process may be asked to be; {@code --roles} names them. */
public enum Role {
    LOCATION,
    RTSP_EDGE,
    RTP_RELAY,
    HLS_PACKAGER,
    REGISTRAR,
    PROXY,
    REDIRECT;

    /** All roles, by their number on the wire: new ones go to the end. */
    static final Codec<Role> CODEC = Codec.enumeration(Role.class);

    /** The name in configuration and on the command line: {@code rtsp-edge}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The role of that name; {@link Malformed} with rule {@code role} otherwise. */
    public static Role parse(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        throw new Malformed("role", "no role is called " + Malformed.quote(text));
    }
}
