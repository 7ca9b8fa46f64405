package dev.millrace.verification.scenarios;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless Chromium with one page, led over its debugging port (Chrome DevTools Protocol). */
public final class Chromium implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final int ANSWER_S = 20;
    private static final Pattern PORT = Pattern.compile("DevTools listening on ws://127\\.0\\.0\\.1:(\\d+)/");

    private final Proc process;
    private final WebSocket socket;
    private final BlockingQueue<String> messages;
    private int id;

    private Chromium(Proc process, WebSocket socket, BlockingQueue<String> messages) {
        this.process = process;
        this.socket = socket;
        this.messages = messages;
    }

    /** Opens the page on a screen of this size; {@code more} options of Chromium. */
    public static Chromium open(Story story, String url, int width, int height, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Tools.path("chromium"),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--mute-audio",
                "--autoplay-policy=no-user-gesture-required",
                "--remote-debugging-port=0",
                "--user-data-dir=" + story.folder().resolve("chromium-profile"),
                "--window-size=" + width + "," + height));
        command.addAll(List.of(more));
        command.add(url);
        Proc process = story.use(Proc.start("chromium", story.folder(), command, Map.of()));
        Await.until(
                "Chromium's debugging port",
                START,
                () -> PORT.matcher(process.output()).find(),
                process::tail);
        Matcher port = PORT.matcher(process.output());
        if (!port.find()) {
            throw new AssertionError("no port");
        }
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(page(Integer.parseInt(port.group(1)), url)), new Listener(messages))
                .join();
        Chromium browser = story.use(new Chromium(process, socket, messages));
        // A window is never narrower than 500 points: a phone is emulated.
        browser.call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        return browser;
    }

    private static String page(int port, String url) {
        String[] found = {""};
        Await.until("the page in Chromium's list", START, () -> {
            try {
                String list = new String(
                        URI.create("http://127.0.0.1:" + port + "/json/list")
                                .toURL()
                                .openStream()
                                .readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
                for (Object target : new io.vertx.core.json.JsonArray(list)) {
                    JsonObject json = (JsonObject) target;
                    if (json.getString("type", "").equals("page")
                            && json.getString("url", "").startsWith(url)) {
                        found[0] = json.getString("webSocketDebuggerUrl", "");
                    }
                }
            } catch (IOException notYet) {
                return false;
            }
            return !found[0].isEmpty();
        });
        return found[0];
    }

    private record Listener(BlockingQueue<String> messages, StringBuilder part) implements WebSocket.Listener {
        Listener(BlockingQueue<String> messages) {
            this(messages, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }
    }

    private JsonObject call(String method, Map<String, Object> parameters) {
        int number = ++id;
        socket.sendText(
                        new JsonObject()
                                .put("id", number)
                                .put("method", method)
                                .put("params", new JsonObject(new java.util.LinkedHashMap<>(parameters)))
                                .encode(),
                        true)
                .join();
        try {
            while (true) {
                String message = messages.poll(ANSWER_S, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("Chromium does not answer " + method + "; it said\n" + process.tail());
                }
                JsonObject answer = new JsonObject(message);
                if (answer.getInteger("id", 0) == number) {
                    return answer.getJsonObject("result", new JsonObject());
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** The value of a JavaScript expression in the page, as text; a promise is awaited. */
    public String evaluate(String expression) {
        JsonObject result = call(
                        "Runtime.evaluate",
                        Map.of("expression", expression, "returnByValue", true, "awaitPromise", true))
                .getJsonObject("result", new JsonObject());
        return String.valueOf(result.getValue("value"));
    }

    /** Keeps a picture of the page. */
    public void screenshot(Path file) {
        String data = call("Page.captureScreenshot", Map.of("format", "png")).getString("data", "");
        try {
            Files.write(file, Base64.getDecoder().decode(data));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
