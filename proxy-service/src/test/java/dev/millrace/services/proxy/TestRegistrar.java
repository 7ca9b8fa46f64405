package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.RoleModule;
import dev.millrace.platform.runtime.Service;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import io.vertx.core.Future;
import java.util.Optional;

/** The role registrar, as much of it as a proxy's test needs: binds the contact to the flow that the REGISTER came by. */
record TestRegistrar(TestLocation location) implements RoleModule {
    @Override
    public Role role() {
        return Role.REGISTRAR;
    }

    @Override
    public Service create(NodeContext node) {
        return new Service() {
            @Override
            public Future<Void> start() {
                return SipDoor.of(node).serve(Role.REGISTRAR, transaction -> {
                    Request request = transaction.request();
                    SipUri user = (SipUri) request.to().uri();
                    Contact.Address contact =
                            (Contact.Address) request.all(Keys.CONTACTS).getFirst();
                    location.bind(
                            user.user(),
                            contact.uri().encode(),
                            1000,
                            Optional.of(transaction.inlet().flow()),
                            "",
                            0);
                    transaction.respond(Response.to(request, 200, "OK", "r").build());
                });
            }

            @Override
            public Future<Void> stop() {
                return Future.succeededFuture();
            }
        };
    }
}
