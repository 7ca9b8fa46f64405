package dev.millrace.platform.doors.sip;

/** Where the messages of one transaction go. Used from the transaction's loop. */
@FunctionalInterface
interface Outlet {
    /**
     * Sends one message.
     *
     * @param failed run later, on the transaction's loop, if it is known not to have left
     */
    void send(byte[] message, Runnable failed);
}
