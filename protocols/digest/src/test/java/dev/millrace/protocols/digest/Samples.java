package dev.millrace.protocols.digest;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Header values as peers write them. */
final class Samples {
    static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    /** RFC 7616 section 3.9.1. */
    static final String MUFASA = "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\","
            + " algorithm=MD5, nonce=\"" + NONCE + "\", nc=00000001, cnonce=\"" + CNONCE + "\", qop=auth,"
            + " response=\"8ca523f5e9506fed4657c9700eebdbec\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

    static final String PHONE =
            "Digest username=\"alice\",realm=\"example.com\",nonce=\"AbC-_1\",uri=\"sip:example.com\","
                    + "response=\"00112233445566778899aabbccddeeff\",algorithm=MD5,cnonce=\"x\",qop=auth,nc=0000000a";

    static final String CHALLENGE = "Digest realm=\"http-auth@example.org\", nonce=\"" + NONCE + "\","
            + " opaque=\"FQhe\", stale=true, algorithm=SHA-256, qop=\"auth,auth-int\", userhash=true";

    private Samples() {}

    static List<byte[]> bytes() {
        return List.of(
                MUFASA.getBytes(StandardCharsets.UTF_8),
                PHONE.getBytes(StandardCharsets.UTF_8),
                CHALLENGE.getBytes(StandardCharsets.UTF_8),
                "Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm=\"a \\\"b\\\"\", nonce=x, uri=/, response=y"
                        .getBytes(StandardCharsets.UTF_8));
    }
}
