package dev.millrace.platform.runtime;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.Question;
import dev.millrace.platform.contracts.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.function.Function;

/** A role that answers a few questions, for the tests of the bus and of the node. */
record Asked(Role role, Function<String, Future<String>> handler) implements RoleModule {
    /** Answered with the node's id and what the handler makes of the query. */
    static final Question<String, String> RELAY =
            Question.ofRole("test.relay.v1", Role.RTP_RELAY, Codec.TEXT, Codec.TEXT);

    static final Question<String, String> LOCATION =
            Question.ofRole("test.location.v1", Role.LOCATION, Codec.TEXT, Codec.TEXT);

    /** Served by every node of the tests. */
    static final Question<String, String> NODE = Question.ofNode("test.node.v1", Codec.TEXT, Codec.TEXT);

    Asked(Role role) {
        this(role, Future::succeededFuture);
    }

    @Override
    public Service create(NodeContext node) {
        return new Echo(node, this);
    }

    /** Knows whether it drains; its sessions end when a test says so. */
    static final class Echo implements Service {
        private final NodeContext node;
        private final Asked module;
        private final Promise<Void> drained = Promise.promise();
        private boolean draining;

        Echo(NodeContext node, Asked module) {
            this.node = node;
            this.module = module;
        }

        @Override
        public Future<Void> start() {
            Question<String, String> question = module.role() == Role.LOCATION ? LOCATION : RELAY;
            node.bus().serve(question, this::answer);
            if (module.role() == Role.LOCATION) {
                node.bus().serve(NODE, this::answer);
            }
            return Future.succeededFuture();
        }

        private Future<String> answer(String query) {
            return module.handler().apply(query).map(text -> node.nodeId() + ":" + text);
        }

        @Override
        public void drain() {
            draining = true;
        }

        @Override
        public void resume() {
            draining = false;
        }

        @Override
        public Future<Void> drained() {
            return drained.future();
        }

        @Override
        public Future<Void> stop() {
            drained.tryComplete();
            return Future.succeededFuture();
        }

        @Override
        public int sessions() {
            return 7;
        }

        @Override
        public Map<String, Object> status() {
            return Map.of("wetness", draining ? "drains" : "flows");
        }
    }
}
