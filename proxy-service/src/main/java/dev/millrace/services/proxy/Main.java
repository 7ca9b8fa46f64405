package dev.millrace.services.proxy;

import dev.millrace.platform.doors.HttpConfig;
import dev.millrace.platform.doors.sip.SipConfig;
import dev.millrace.platform.runtime.RoleMain;

/** A process that is a proxy and nothing else; configured by the environment. The distribution does the same with --roles. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        RoleMain.run(new ProxyModule(), arguments, ProxyConfig.ALL, HttpConfig.ALL, SipConfig.ALL);
    }
}
