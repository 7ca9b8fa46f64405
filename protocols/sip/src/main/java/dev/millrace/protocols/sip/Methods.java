package dev.millrace.protocols.sip;

/** The methods that the house knows by name. The set is open: a method is any token, and its case counts. */
public final class Methods {
    public static final String INVITE = "INVITE";
    public static final String ACK = "ACK";
    public static final String BYE = "BYE";
    public static final String CANCEL = "CANCEL";
    public static final String REGISTER = "REGISTER";
    public static final String OPTIONS = "OPTIONS";
    public static final String PRACK = "PRACK";
    public static final String SUBSCRIBE = "SUBSCRIBE";
    public static final String NOTIFY = "NOTIFY";
    public static final String PUBLISH = "PUBLISH";
    public static final String INFO = "INFO";
    public static final String REFER = "REFER";
    public static final String MESSAGE = "MESSAGE";
    public static final String UPDATE = "UPDATE";

    private static final String[] KNOWN = {
        INVITE, ACK, BYE, CANCEL, REGISTER, OPTIONS, PRACK, SUBSCRIBE, NOTIFY, PUBLISH, INFO, REFER, MESSAGE, UPDATE
    };

    private Methods() {}

    /** The slice as text; of a known method the constant itself, so that nothing is allocated. */
    static String of(byte[] b, int from, int to) {
        for (String known : KNOWN) {
            if (known.length() == to - from && same(known, b, from)) {
                return known;
            }
        }
        return Grammar.ascii(b, from, to);
    }

    static boolean known(String method) {
        for (String known : KNOWN) {
            if (known.equals(method)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(String known, byte[] b, int from) {
        for (int i = 0; i < known.length(); i++) {
            if (known.charAt(i) != b[from + i]) {
                return false;
            }
        }
        return true;
    }
}
