package dev.millrace.platform.doors.sip;

import dev.millrace.platform.contracts.Flows.FlowRef;
import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.contracts.Transport;
import dev.millrace.platform.doors.resolve.Hop;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A role that does with a request what its URI says, as far as the door's tests need it: forks to the address of the Request-URI, or
 * the ports of its parameter {@code hops} one after the other ({@code pinned} to their transport), or over the flow of the node of its
 * parameter {@code flow}; answers what is for the user {@code me} itself with 200 and what is for {@code busy} with 486; reads the Contact of what is for {@code odd}; and has
 * a {@code bug}.
 */
record Relaying(Role role) implements RoleModule {
    @Override
    public Service create(NodeContext node) {
        SipDoor door = SipDoor.of(node);
        return new Service() {
            @Override
            public Future<Void> start() {
                return door.serve(role, new Handler(door));
            }

            @Override
            public void drain() {
                door.drain(role);
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }
        };
    }

    private record Handler(SipDoor door) implements SipHandler {
        @Override
        public void request(ServerTransaction transaction) {
            Request request = transaction.request();
            SipUri uri = (SipUri) request.uri();
            if (uri.user().equals("me")) {
                transaction.respond(Response.to(request, 200, "OK", door.tag()).build());
                return;
            }
            if (uri.user().equals("bug")) {
                throw new IllegalStateException("a handler with a bug");
            }
            if (uri.user().equals("busy")) {
                transaction.respond(
                        Response.to(request, 486, "Busy Here", door.tag()).build());
                return;
            }
            if (uri.user().equals("odd")) {
                request.all(Keys.CONTACTS);
            }
            ClientTransaction branch = transaction.fork(forwarded(request), target(uri), "", new Listener(transaction));
            transaction.onCancel(branch::cancel);
        }

        private static Request forwarded(Request request) {
            return request.edit()
                    .replace(Keys.MAX_FORWARDS, request.maxForwards() - 1L)
                    .build();
        }

        private static Target target(SipUri uri) {
            Optional<String> node = uri.params().value("flow");
            if (node.isPresent()) {
                FlowRef flow = new FlowRef(node.get(), Transport.UDP, 0, 0, uri.plainHost(), uri.port());
                return uri.params().has("instead")
                        ? new Target.ToFlow(flow, Optional.of(new InetSocketAddress(uri.plainHost(), uri.port())))
                        : new Target.ToFlow(flow);
            }
            List<Hop> hops = new ArrayList<>();
            Transport transport = uri.transport().map(Transport::parse).orElse(Transport.UDP);
            String ports = uri.params().value("hops").orElse(String.valueOf(uri.port()));
            for (String port : ports.split("-")) {
                hops.add(new Hop(
                        transport, new InetSocketAddress(uri.plainHost(), Integer.parseInt(port)), uri.plainHost()));
            }
            return new Target.ToHops(hops, uri.params().has("pinned"));
        }

        @Override
        public void ack(Request ack, Inlet inlet) {
            door.forward(forwarded(ack), target((SipUri) ack.uri()));
        }

        @Override
        public void response(Response stray, Inlet inlet) {
            door.forward(stray);
        }
    }

    private record Listener(ServerTransaction transaction) implements ClientListener {
        @Override
        public void response(Response response) {
            transaction.respond(response.edit().removeFirst(Keys.VIA).build());
        }

        @Override
        public void timedOut() {
            answer(408, "Request Timeout");
        }

        @Override
        public void failed(int status, String why) {
            answer(status, "Failed");
        }

        private void answer(int status, String reason) {
            transaction.respond(
                    Response.to(transaction.request(), status, reason, "t").build());
        }
    }
}
