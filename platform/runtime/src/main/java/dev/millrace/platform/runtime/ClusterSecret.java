package dev.millrace.platform.runtime;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the nodes of one cluster know and nobody else. Each use gets a key of its own, so that what one use shows tells nothing
 * about another's. A node without a configured secret has a random one: nobody else ever joins it. Immutable.
 */
public final class ClusterSecret {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac root;

    private ClusterSecret(byte[] secret) {
        this.root = mac(secret);
    }

    static ClusterSecret of(RuntimeConfig config, Ids ids) {
        return new ClusterSecret(config.clusterSecret()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> ids.bytes(32)));
    }

    /** The 256-bit key for that use, the same on every node: {@code link.v1}. */
    public byte[] derive(String purpose) {
        return fresh(root).doFinal(("millrace " + purpose).getBytes(StandardCharsets.UTF_8));
    }

    /** A name that only those who know the secret can say: members of another name are refused by Hazelcast. */
    String clusterName() {
        return "millrace-" + HexFormat.of().formatHex(derive("cluster.v1"), 0, 8);
    }

    /** HMAC-SHA256 under that key, RFC 2104. */
    static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }

    /** A copy for one use: a {@link Mac} itself belongs to one thread. */
    static Mac fresh(Mac keyed) {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("the platform's HMAC can be copied", impossible);
        }
    }
}
