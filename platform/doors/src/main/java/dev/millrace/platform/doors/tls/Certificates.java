package dev.millrace.platform.doors.tls;

import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RuntimeConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of a node, for every door that speaks TLS (1.2 and 1.3): from files, or one made at the first start. They are read
 * again when a file changes; whoever is connected stays connected. Used from any thread; get it by
 * {@code node.shared(Certificates.class, Certificates::of)}.
 */
public final class Certificates implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private static final String RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    /** How often the files are looked at. */
    static final Duration LOOK = Duration.ofSeconds(5);

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    static {
        // TLS 1.2 lets a client begin a handshake anew as often as it likes: work for us, and perhaps another name than
        // the one that was
        // checked. JSSE knows no other way to forbid it, and reads this at the first handshake.
        if (System.getProperty(RENEGOTIATION) == null) {
            System.setProperty(RENEGOTIATION, "true");
        }
    }

    private final NodeContext node;
    private final TlsConfig config;
    private final LiveKeys keys = new LiveKeys();
    private final LiveTrust clients = new LiveTrust();
    private final LiveTrust peers = new LiveTrust();
    private final Object loading = new Object();
    private Optional<Future<Void>> ready = Optional.empty();
    private volatile Optional<SslContext> server = Optional.empty();
    private volatile Optional<SslContext> client = Optional.empty();
    private volatile String seen = "";
    private volatile long timer = -1;

    private Certificates(NodeContext node, TlsConfig config) {
        this.node = node;
        this.config = config;
    }

    /** The certificates of that node; nothing is read yet. */
    public static Certificates of(NodeContext node) {
        return new Certificates(node, TlsConfig.of(node.settings()));
    }

    /** Reads them, once; fails with a sentence that names the file where one cannot be read. */
    public Future<Void> ready() {
        synchronized (loading) {
            if (ready.isEmpty()) {
                ready = Optional.of(node.vertx().<Void>executeBlocking(() -> {
                    load();
                    timer = node.vertx().setPeriodic(LOOK.toMillis(), tick -> look());
                    return null;
                }));
            }
            return ready.get();
        }
    }

    /** For connections that come in over SIP; asks for a client certificate where {@code tls.client-ca} is set. After {@link #ready}. */
    public SslContext server() {
        return server.orElseThrow(() -> new IllegalStateException("certificates are not read yet"));
    }

    /** For connections that go out: the peer's certificate is checked, its name included. After {@link #ready}. */
    public SslContext client() {
        return client.orElseThrow(() -> new IllegalStateException("certificates are not read yet"));
    }

    /** For servers that make their own TLS; always picks from what is loaded now. */
    public X509KeyManager keys() {
        return keys;
    }

    /** Reads everything again; on failure what was there stays. */
    public Future<Void> reload() {
        return node.vertx().executeBlocking(() -> {
            load();
            LOG.info("certificates read again");
            return null;
        });
    }

    private void look() {
        node.vertx()
                .executeBlocking(this::state)
                .compose(state -> state.equals(seen) ? Future.succeededFuture() : reload())
                .onFailure(failure ->
                        LOG.error("certificates cannot be read again, the old ones stay cause={}", failure.toString()));
    }

    private void load() throws IOException, GeneralSecurityException {
        synchronized (keys) {
            read();
            // New ones each time: with the old ones go the sessions, so that nobody resumes what would not be trusted
            // any more.
            contexts();
        }
    }

    private void read() throws IOException, GeneralSecurityException {
        // First, so that a change while it is read is seen next time.
        String state = state();
        List<Identity> identities = new ArrayList<>();
        List<X509Certificate> clientCa;
        List<X509Certificate> peerCa;
        try {
            if (config.own().isPresent()) {
                identities.add(Identity.read(config.own().get()));
            } else {
                identities.add(
                        SelfSigned.in(config.directory(), names(), node.clock().now()));
            }
            for (TlsConfig.Pair pair : config.named()) {
                identities.add(Identity.read(pair));
            }
            clientCa = config.clientCa().isEmpty() ? List.of() : Pem.certificates(Path.of(config.clientCa()));
            peerCa = config.peerCa().isEmpty() ? List.of() : Pem.certificates(Path.of(config.peerCa()));
        } finally {
            seen = state;
        }
        // Only now, when all of it could be read.
        clients.load(clientCa, false);
        peers.load(peerCa, true);
        keys.load(identities, config.own().isPresent());
    }

    private void contexts() throws SSLException {
        server = Optional.of(SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .trustManager(clients)
                .clientAuth(config.clientCa().isEmpty() ? ClientAuth.NONE : ClientAuth.OPTIONAL)
                .build());
        client = Optional.of(SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .keyManager(keys)
                .trustManager(peers)
                .endpointIdentificationAlgorithm("HTTPS")
                .build());
    }

    /** Under what names and addresses the node may be called, for its own certificate. */
    private List<String> names() {
        RuntimeConfig runtime = node.config();
        Set<String> names = new LinkedHashSet<>();
        for (String host : List.of(runtime.front(), runtime.advertise(), runtime.bind())) {
            String plain = plain(host);
            if (!plain.isEmpty() && !plain.equals("0.0.0.0") && !plain.equals("::")) {
                names.add(plain);
            }
        }
        try {
            InetAddress local = InetAddress.getLocalHost();
            names.add(local.getHostName().toLowerCase(java.util.Locale.ROOT));
        } catch (UnknownHostException nameless) {
            LOG.debug("this machine has no name");
        }
        names.addAll(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
        return List.copyOf(names);
    }

    /** Without port and brackets. */
    private static String plain(String host) {
        if (host.startsWith("[")) {
            return host.substring(1, Math.max(1, host.indexOf(']')));
        }
        int colon = host.indexOf(':');
        return colon > 0 && colon == host.lastIndexOf(':') ? host.substring(0, colon) : host;
    }

    /** When and how large each file is. */
    private String state() {
        Set<Path> files = new LinkedHashSet<>();
        config.own().ifPresent(pair -> files.addAll(List.of(pair.certificate(), pair.key())));
        config.named().forEach(pair -> files.addAll(List.of(pair.certificate(), pair.key())));
        if (!config.clientCa().isEmpty()) {
            files.add(Path.of(config.clientCa()));
        }
        if (!config.peerCa().isEmpty()) {
            files.add(Path.of(config.peerCa()));
        }
        TreeMap<String, String> state = new TreeMap<>();
        for (Path file : files) {
            try {
                state.put(file.toString(), Files.getLastModifiedTime(file) + "/" + Files.size(file));
            } catch (IOException gone) {
                state.put(file.toString(), "gone");
            }
        }
        return state.toString();
    }

    @Override
    public void close() {
        Vertx vertx = node.vertx();
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
    }
}
