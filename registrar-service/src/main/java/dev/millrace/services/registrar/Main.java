package dev.millrace.services.registrar;

import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.runtime.RoleMain;

/** A process that is a registrar and nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        RoleMain.run(new RegistrarModule(), arguments, RegistrarConfig.ALL, HttpConfig.ALL, SipConfig.ALL);
    }
}
