package dev.millrace.protocols.sip;

/**
 * What one message may cost. All of them are checked before anything is allocated in their size; a message above one of
 * them is malformed. RFC 3261 section 18.1.1 asks for 65,535 bytes of a datagram.
 */
public final class Limits {
    /** Bytes of a whole message; over a stream also the most that is kept of an unfinished one. */
    public static final int MESSAGE = 65_536;
    /** Bytes of the start line and all header lines. */
    public static final int HEAD = 32_768;
    /** Bytes of one header with its folds, and of the start line. */
    public static final int LINE = 8_192;
    /** Header lines. */
    public static final int LINES = 256;
    /** Members of one comma list, and of all lines of one list header together. */
    public static final int VALUES = 128;
    /** Parameters of one value or URI: comparing two URIs takes their product. */
    public static final int PARAMS = 128;
    /** Bytes of one URI. */
    public static final int URI = 4_096;
    /** Characters of a Call-ID, a tag or a branch: they become keys of tables. */
    public static final int IDENTIFIER = 1_024;
    /** Bytes of a host name or address. */
    public static final int HOST = 255;

    private Limits() {}
}
