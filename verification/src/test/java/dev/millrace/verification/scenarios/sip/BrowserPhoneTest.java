package dev.millrace.verification.scenarios.sip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.verification.scenarios.Await;
import dev.millrace.verification.scenarios.Chromium;
import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** JsSIP in headless Chromium: two phones in a page register over secure WebSocket, one calls the other, both hear. */
@ExtendWith({Story.Frame.class, OneSipNode.class})
final class BrowserPhoneTest {
    private static final Duration INSTALL = Duration.ofMinutes(5);
    private static final Duration CALL = Duration.ofSeconds(40);
    private static final Path WEB = Path.of("src", "test", "web");

    @Test
    void registersAndCallsOverSecureWebSocket(Story story, SipNode node) throws IOException {
        Tools.need("chromium", "npm");
        Phones phones = Phones.of(story, node, "jssip");
        byte[] page = ("<!doctype html><title>phone</title><script>"
                        + script(story).replace("</script", "<\\/script") + "</script>")
                .getBytes(UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        story.use(() -> server.stop(0));
        Chromium browser = Chromium.open(
                story,
                "http://localhost:" + server.getAddress().getPort() + "/",
                800,
                600,
                // The node's certificate is its own, and the microphone is none.
                "--ignore-certificate-errors",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                "--disable-features=WebRtcHideLocalIpsWithMdns");
        Await.until(
                "the page's script",
                CALL,
                () -> browser.evaluate("typeof window.call").equals("function"));
        browser.evaluate("window.said = ''; window.call({server: 'wss://127.0.0.1:"
                + node.process().port("http.tls")
                + "/sip', domain: '" + SipNode.DOMAIN + "', caller: " + user(phones.caller()) + ", callee: "
                + user(phones.callee())
                + "}).then(text => { window.said = text; }, error => { window.said = String(error); }); 0");
        Await.until(
                "the end of the browser's call",
                CALL,
                () -> !browser.evaluate("window.said").isEmpty());
        assertThat(browser.evaluate("window.said")).isEqualTo("heard true true, ended by remote");
    }

    private static String user(String name) {
        return "{user: '" + name + "', password: '" + SipNode.password(name) + "'}";
    }

    /** The page's script with JsSIP in it, made by esbuild; npm fetches both when they are not there. */
    private static String script(Story story) throws IOException {
        // npm writes this file last: an install that was cut off is made again.
        if (!Files.exists(WEB.resolve("node_modules").resolve(".package-lock.json"))) {
            run(story, "npm", "ci", "--prefix", WEB.toString(), "--no-audit", "--no-fund", "--loglevel=error");
        }
        Path made = story.folder().resolve("phone.js");
        run(
                story,
                WEB.resolve("node_modules/.bin/esbuild").toAbsolutePath().toString(),
                WEB.resolve("phone.js").toAbsolutePath().toString(),
                "--bundle",
                "--format=iife",
                "--log-level=warning",
                "--outfile=" + made);
        return Files.readString(made);
    }

    private static void run(Story story, String... command) {
        Proc.start("web", story.folder(), command).succeed(INSTALL);
    }
}
