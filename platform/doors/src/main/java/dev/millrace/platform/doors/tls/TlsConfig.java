package dev.millrace.platform.doors.tls;

import dev.millrace.platform.runtime.Setting;
import dev.millrace.platform.runtime.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of TLS, read once.
 *
 * @param certificate PEM file with the certificate and those that vouch for it; empty: self-signed
 * @param key PEM file with its key; empty: in the file of the certificate
 * @param named more pairs, chosen by the name that a client asks for (SNI, RFC 6066 section 3)
 * @param clientCa who vouches for client certificates; empty: none is asked for
 * @param peerCa who vouches for servers that this node connects to, beside those that Java knows
 * @param directory where the self-signed certificate is kept
 */
public record TlsConfig(
        String certificate, String key, List<Pair> named, String clientCa, String peerCa, Path directory) {
    /** The files of one certificate and its key, which may be the same. */
    public record Pair(Path certificate, Path key) {
        static Pair of(String certificate, String key) {
            return new Pair(Path.of(certificate), Path.of(key.isEmpty() ? certificate : key));
        }

        /** Reads {@code certificate.pem;key.pem} or one file with both. */
        static Pair parse(String text) {
            int mark = text.indexOf(';');
            return mark < 0 ? of(text, "") : of(text.substring(0, mark), text.substring(mark + 1));
        }

        @Override
        public String toString() {
            return certificate + ";" + key;
        }
    }

    static final Setting<String> CERTIFICATE = Setting.text(
            "tls.certificate",
            "",
            "PEM file: certificate of this node and those that vouch for it; default: a self-signed one");
    static final Setting<String> KEY =
            Setting.text("tls.key", "", "PEM file: key of tls.certificate; default: in the same file");
    static final Setting<List<Pair>> SNI = Setting.listOf(
            "tls.sni",
            Pair::parse,
            List.of(),
            "certificate.pem;key.pem joined by commas",
            "More certificates, chosen by the name that a client asks for");
    static final Setting<String> CLIENT_CA = Setting.text(
            "tls.client-ca",
            "",
            "PEM file: who vouches for SIP client certificates, which are optional; default: none is asked for");
    static final Setting<String> PEER_CA = Setting.text(
            "tls.peer-ca",
            "",
            "PEM file: who vouches for SIP servers that this node connects to, beside those that Java knows");
    static final Setting<String> DIRECTORY =
            Setting.text("tls.dir", "data/tls", "Folder in which the self-signed certificate is kept");

    /** Every setting of TLS. */
    public static final List<Setting<?>> ALL = List.of(CERTIFICATE, KEY, SNI, CLIENT_CA, PEER_CA, DIRECTORY);

    public TlsConfig {
        named = List.copyOf(named);
    }

    /** Reads the settings. */
    public static TlsConfig of(Settings settings) {
        return new TlsConfig(
                settings.get(CERTIFICATE),
                settings.get(KEY),
                settings.get(SNI),
                settings.get(CLIENT_CA),
                settings.get(PEER_CA),
                Path.of(settings.get(DIRECTORY)));
    }

    /** The configured certificate, if there is one. */
    Optional<Pair> own() {
        return certificate.isEmpty() ? Optional.empty() : Optional.of(Pair.of(certificate, key));
    }
}
