package dev.millrace.protocols.rtp;

/** Whether bytes are an RTP packet, RFC 3550 section 5.1, and if not, which rule they break: the name of a counter. */
public enum RtpValidity {
    /** A packet whose payload can be found. */
    OK("ok"),
    /** Fewer bytes than the fixed header and the list of contributing sources take. */
    SHORT("short"),
    /** The version is not 2. */
    VERSION("version"),
    /** The padding count is 0 or reaches into the header. */
    PADDING("padding"),
    /** The header extension reaches beyond the end. */
    EXTENSION("extension");

    private final String label;

    RtpValidity(String label) {
        this.label = label;
    }

    /** The name in lower case, fit for a counter's label. */
    public String label() {
        return label;
    }
}
