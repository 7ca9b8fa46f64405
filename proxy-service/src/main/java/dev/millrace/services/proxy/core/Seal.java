package dev.millrace.services.proxy.core;

/** Signatures that every node of the cluster can check; the shell lends those of the cluster keys. */
public interface Seal {
    /** Bytes of every signature. */
    int length();

    byte[] sign(byte[] data);

    boolean verify(byte[] data, byte[] signature);
}
