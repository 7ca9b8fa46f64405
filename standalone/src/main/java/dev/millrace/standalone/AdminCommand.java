package dev.millrace.standalone;

import dev.millrace.platform.contracts.Role;
import dev.millrace.platform.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;

/** {@code millrace status}, {@code drain} and {@code resume}: questions to the admin API of a running node. */
final class AdminCommand {
    private AdminCommand() {}

    static int status(Settings settings, boolean json, PrintWriter out) throws IOException, InterruptedException {
        try (AdminClient admin = new AdminClient(settings)) {
            String answer = admin.get("/status");
            out.println(json ? answer : StatusPage.of(answer));
            return 0;
        }
    }

    /** @param what {@code drain} or {@code resume} */
    static int change(Settings settings, String what, String node, String role, PrintWriter out)
            throws IOException, InterruptedException {
        String name = Role.parse(role).text();
        try (AdminClient admin = new AdminClient(settings)) {
            admin.ask("POST", "/" + what + "/" + AdminClient.part(node) + "/" + name, new byte[0]);
        }
        out.println(what + " " + name + " of " + node + ": done");
        return 0;
    }
}
