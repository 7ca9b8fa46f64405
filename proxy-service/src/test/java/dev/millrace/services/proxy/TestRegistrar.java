package dev.millrace.services.proxy;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.doors.sip.SipDoor;
import dev.millrace.platform.runtime.testing.TestRole;
import dev.millrace.protocols.sip.Contact;
import dev.millrace.protocols.sip.Keys;
import dev.millrace.protocols.sip.Request;
import dev.millrace.protocols.sip.Response;
import dev.millrace.protocols.sip.SipUri;
import java.util.Optional;

/** The role registrar, as much of it as a proxy's test needs: binds the contact to the flow that the REGISTER came by. */
final class TestRegistrar {
    private TestRegistrar() {}

    static TestRole of(TestLocation location) {
        return new TestRole(
                Role.REGISTRAR,
                node -> SipDoor.of(node).serve(Role.REGISTRAR, transaction -> {
                    Request request = transaction.request();
                    SipUri user = (SipUri) request.to().uri();
                    Contact.Address contact =
                            (Contact.Address) request.all(Keys.CONTACTS).getFirst();
                    location.bind(
                            user.user(),
                            contact.uri().encode(),
                            1000,
                            Optional.of(transaction.inlet().flow()),
                            contact.instance().orElse(""),
                            contact.regId());
                    transaction.respond(Response.to(request, 200, "OK", "r").build());
                }));
    }
}
