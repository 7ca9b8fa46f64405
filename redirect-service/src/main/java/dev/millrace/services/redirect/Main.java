package dev.millrace.services.redirect;

import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.runtime.RoleMain;

/** A process that is a redirect server and nothing else. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        RoleMain.run(new RedirectModule(), arguments, RedirectConfig.ALL, HttpConfig.ALL, SipConfig.ALL);
    }
}
