package dev.millrace.platform.runtime;

/**
 * Signatures that every node of the cluster can check, by numbered 256-bit keys that the cluster shares. After a rotation
 * signatures of the key before stay valid. May be used from any thread; never blocks.
 */
public interface ClusterKeys {
    /** Bytes of a signature: the key's number, then HMAC-SHA256 cut to 16 bytes. */
    int SIGNATURE_LENGTH = 20;

    /** @param purpose keeps signatures of one use from being taken for another's: {@code rtsp-redirect} */
    byte[] sign(String purpose, byte[] data);

    /** Whether a node of this cluster signed that data for that purpose; takes the same time whatever is wrong. */
    boolean verify(String purpose, byte[] data, byte[] signature);
}
