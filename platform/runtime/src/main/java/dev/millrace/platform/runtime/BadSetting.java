package dev.millrace.platform.runtime;

/** A setting nobody knows or a value that is not allowed. The message is a sentence for people; main prints it and exits with 2. */
public final class BadSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit code of a process whose settings are bad. */
    public static final int EXIT_CODE = 2;

    private final String key;

    BadSetting(String key, String sentence) {
        super(sentence, null, false, false);
        this.key = key;
    }

    /** The key as it stands in the table of settings: {@code rtsp.port}. */
    public String key() {
        return key;
    }
}
