package dev.millrace.services.proxy.core;

import dev.millrace.protocols.sip.SipUri;
import java.util.Optional;

/** Which addresses are ours; the shell lends what the door knows. */
public interface Places {
    /** Whether a Request-URI or a Route names us: a served domain, or an address of ours with its port. */
    boolean ours(SipUri uri);

    /** The served domain that a host in From or To stands for; an address of ours stands for the default domain. */
    Optional<String> served(String host);

    String defaultDomain();
}
