package dev.millrace.protocols.wire;

/**
 * The peer's bytes break a rule of the protocol. Thrown by field parsers, caught once by the framer or the message's
 * {@code parse}; carries no stack trace, because a hostile peer decides how often it is thrown.
 */
public final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /**
     * @param rule the short name of the broken rule, used as a counter's label: {@code content-length}
     * @param detail what was found and which limit or grammar it breaks; outside text must already be shortened
     */
    public Malformed(String rule, String detail) {
        super(rule + ": " + detail, null, false, false);
        this.rule = rule;
    }

    /** The short name of the broken rule, fit for a counter's label. */
    public String rule() {
        return rule;
    }

    /** Outside text made fit for a message: at most 40 characters, control characters shown as {@code ?}. */
    public static String quote(String outside) {
        StringBuilder shown = new StringBuilder(Math.min(outside.length(), 40) + 5).append('"');
        for (int i = 0; i < outside.length() && i < 40; i++) {
            char c = outside.charAt(i);
            shown.append(c < ' ' || c > '~' ? '?' : c);
        }
        return shown.append(outside.length() > 40 ? "...\"" : "\"").toString();
    }
}
