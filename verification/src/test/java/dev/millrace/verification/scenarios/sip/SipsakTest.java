package dev.millrace.verification.scenarios.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** sipsak asks a node for its abilities and registers with digest. */
@ExtendWith(Story.Frame.class)
final class SipsakTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void optionsAndRegister(Story story) {
        Tools.need("sipsak");
        int port = shortPort();
        SipNode node = SipNode.start(story, SipNode.plan("sipsak").with("sip.port", port))
                .users("sak");
        String options = sipsak(story, "-vv", "-s", "sip:127.0.0.1:" + port);
        assertThat(options).contains("SIP/2.0 200 OK").contains("Allow: INVITE");
        // Usrloc mode registers, with the digest that it is asked for, and checks the answer's contacts.
        String register = sipsak(
                story,
                "-vv",
                "-U",
                "-x",
                "300",
                "-C",
                "sip:sak@127.0.0.1:" + SipNode.freePort(),
                "-u",
                "sak",
                "-a",
                SipNode.password("sak"),
                "-s",
                "sip:sak@127.0.0.1:" + port);
        assertThat(register).contains("All usrloc tests completed successful.");
        assertThat(node.bindings("sak")).hasSize(1);
        // A stranger gets no further than the challenge.
        Proc stranger = sipsakOf(story, "-vvv", "-s", "sip:sak@127.0.0.1:" + port);
        assertThat(stranger.exit(PATIENCE)).isNotZero();
        assertThat(stranger.output()).contains("SIP/2.0 407 ").doesNotContain("SIP/2.0 200");
    }

    private static String sipsak(Story story, String... arguments) {
        return sipsakOf(story, arguments).succeed(PATIENCE).output();
    }

    private static Proc sipsakOf(Story story, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = Tools.path("sipsak");
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Proc.start("sipsak", story.folder(), command);
    }

    /** Quirk of sipsak 0.9.8: it cuts the port in a Request-URI to four digits. */
    private static int shortPort() {
        return IntStream.range(5070, 10_000)
                .filter(SipsakTest::free)
                .findFirst()
                .orElseThrow();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
