package dev.millrace.standalone;

import dev.millrace.platform.contracts.Subscribers;
import dev.millrace.platform.contracts.Subscribers.Subscriber;
import dev.millrace.platform.runtime.Loop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.NodeModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.platform.runtime.Timer;
import dev.millrace.protocols.digest.Digester;
import dev.millrace.protocols.digest.Hashes;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Two users who may register at once, with passwords that are new at every start of the demo: a password that everybody knows
 * would be found by the first scanner of the network. Their names are those that examples use.
 */
final class DemoUsers implements NodeModule {
    private static final List<String> NAMES = List.of("alice", "bob");
    private static final int PASSWORD_LENGTH = 12;

    /** Without letters and digits that are taken for one another. */
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    private final String domain;
    private final List<User> users;

    /** Somebody of the demo. */
    record User(String name, String password) {
        @Override
        public String toString() {
            return "User[" + name + "]";
        }
    }

    DemoUsers(String domain) {
        this.domain = domain;
        SecureRandom random = new SecureRandom();
        this.users =
                NAMES.stream().map(name -> new User(name, password(random))).toList();
    }

    private static String password(SecureRandom random) {
        return random.ints(PASSWORD_LENGTH, 0, LETTERS.length())
                .mapToObj(at -> String.valueOf(LETTERS.charAt(at)))
                .collect(Collectors.joining());
    }

    List<User> users() {
        return users;
    }

    @Override
    public String name() {
        return "demo-users";
    }

    @Override
    public Service create(NodeContext node) {
        return new Adding(node);
    }

    /** Adds them as soon as a node with the role location answers; everything happens on its loop. */
    private final class Adding implements Service {
        private static final Duration AGAIN = Duration.ofMillis(200);

        private final NodeContext node;
        private final Loop loop;
        private final Digester digester = new Digester();
        private boolean stopped;
        private Timer waiting = () -> {};

        Adding(NodeContext node) {
            this.node = node;
            this.loop = node.loops().next();
        }

        @Override
        public Future<Void> start() {
            loop.run(() -> users.forEach(this::add));
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> stop() {
            loop.run(() -> {
                stopped = true;
                waiting.cancel();
            });
            return Future.succeededFuture();
        }

        private void add(User user) {
            Hashes hashes = Hashes.of(digester, user.name(), domain, user.password());
            Subscriber subscriber =
                    new Subscriber("sip:" + user.name() + "@" + domain, user.name(), domain, hashes.encode());
            node.bus()
                    .ask(Subscribers.PUT, subscriber.username(), subscriber)
                    .onFailure(notYet -> loop.run(() -> {
                        if (!stopped) {
                            waiting = loop.after(AGAIN, () -> add(user));
                        }
                    }));
        }
    }
}
