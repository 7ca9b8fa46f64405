package dev.millrace.platform.doors.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

/** One certificate with its key and the names it is good for. */
record Identity(PrivateKey key, List<X509Certificate> chain, List<String> names) {
    static Identity of(PrivateKey key, List<X509Certificate> chain) {
        return new Identity(key, List.copyOf(chain), Names.of(chain.getFirst()).hosts());
    }

    /** Reads both files and checks that they belong together. */
    static Identity read(TlsConfig.Pair files) throws IOException, GeneralSecurityException {
        Identity identity = of(Pem.key(files.key()), Pem.certificates(files.certificate()));
        String of = identity.chain.getFirst().getPublicKey().getAlgorithm();
        if (!of.equals(identity.key.getAlgorithm())) {
            throw new IOException(
                    "the key of " + files + " is " + identity.key.getAlgorithm() + ", the certificate's " + of);
        }
        if (!identity.belongTogether()) {
            throw new IOException("the key of " + files + " is not the certificate's");
        }
        return identity;
    }

    /** Whether what the key signs is what the certificate vouches for. */
    private boolean belongTogether() throws GeneralSecurityException {
        if (key.getAlgorithm().equals("RSASSA-PSS")) {
            // Its parameters stand in the certificate; the first handshake shows it.
            return true;
        }
        String with = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] anything = {1, 2, 3};
        Signature signer = Signature.getInstance(with);
        signer.initSign(key);
        signer.update(anything);
        byte[] signed = signer.sign();
        Signature judge = Signature.getInstance(with);
        judge.initVerify(chain.getFirst().getPublicKey());
        judge.update(anything);
        return judge.verify(signed);
    }

    /** Whether it is good for that host; a wildcard stands for one label (RFC 6125 section 6.4.3). */
    boolean serves(String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        String wild = dot < 0 ? "" : "*" + wanted.substring(dot);
        return names.contains(wanted) || !wild.isEmpty() && names.contains(wild);
    }
}
