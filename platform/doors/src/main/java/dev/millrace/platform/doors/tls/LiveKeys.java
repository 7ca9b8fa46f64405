package dev.millrace.platform.doors.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Picks the certificate for each handshake from what is loaded right now: by the name that the client asks for (SNI), else the first. So
 * a change needs no restart, and connections that are open keep theirs. Used from any thread.
 */
final class LiveKeys extends X509ExtendedKeyManager {
    /** Generations whose handshakes may still be under way. */
    private static final int GENERATIONS_KEPT = 2;

    private final AtomicInteger generation = new AtomicInteger();

    /** By alias; a handshake asks by the alias that it was given, perhaps after a change. */
    private final Map<String, Identity> byAlias = new ConcurrentHashMap<>();

    private volatile List<String> aliases = List.of();
    private volatile boolean shown;

    /** @param show whether servers that ask this node for a certificate get the first one */
    void load(List<Identity> identities, boolean show) {
        int number = generation.incrementAndGet();
        List<String> fresh = new java.util.ArrayList<>();
        for (int i = 0; i < identities.size(); i++) {
            String alias = number + "." + i;
            byAlias.put(alias, identities.get(i));
            fresh.add(alias);
        }
        aliases = List.copyOf(fresh);
        shown = show;
        byAlias.keySet()
                .removeIf(
                        alias -> Integer.parseInt(alias.substring(0, alias.indexOf('.'))) <= number - GENERATIONS_KEPT);
    }

    private Optional<Identity> of(@Nullable String alias) {
        return alias == null ? Optional.empty() : Optional.ofNullable(byAlias.get(alias));
    }

    @Override
    @SuppressWarnings("NullAway") // JSSE knows null as "none"
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        List<String> now = aliases;
        String asked = askedName(engine);
        if (!asked.isEmpty()) {
            List<String> named = now.stream()
                    .filter(alias -> of(alias).map(each -> each.serves(asked)).orElse(false))
                    .toList();
            if (!named.isEmpty()) {
                return first(named, keyType);
            }
        }
        // Without a name the first certificate counts, of whatever kind its key is.
        return now.isEmpty() ? null : first(List.of(now.getFirst()), keyType);
    }

    @SuppressWarnings("NullAway") // as above
    private String first(List<String> candidates, String keyType) {
        for (String alias : candidates) {
            if (of(alias).map(each -> keyType.equals(each.key().getAlgorithm())).orElse(false)) {
                return alias;
            }
        }
        return null;
    }

    private static String askedName(@Nullable SSLEngine engine) {
        if (engine != null && engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName();
                }
            }
        }
        return "";
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        List<String> now = aliases;
        if (shown && !now.isEmpty()) {
            for (String keyType : keyTypes) {
                String alias = first(List.of(now.getFirst()), keyType);
                if (alias != null) {
                    return alias;
                }
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public X509Certificate[] getCertificateChain(String alias) {
        return of(alias)
                .map(each -> each.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public PrivateKey getPrivateKey(String alias) {
        return of(alias).map(Identity::key).orElse(null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliases.toArray(String[]::new);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliases.toArray(String[]::new);
    }

    @Override
    @SuppressWarnings("NullAway") // the engine may be absent
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    @SuppressWarnings("NullAway") // the engine may be absent
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }
}
