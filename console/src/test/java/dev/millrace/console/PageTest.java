package dev.millrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The files of the page over a real HTTP server. */
class PageTest {
    private Vertx vertx;
    private HttpClient client;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private String serve(String folder) {
        Page page = Page.read(PageTest.class.getClassLoader(), folder);
        Router router = Router.router(vertx);
        router.get("/").handler(page::index);
        router.get("/assets/*").handler(page::asset);
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
        return "http://127.0.0.1:" + server.actualPort();
    }

    private HttpResponse<byte[]> get(String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void theIndexComesWithAPolicyThatAllowsNothingFromElsewhere() throws Exception {
        HttpResponse<byte[]> answer = get(serve("page-test/") + "/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache");
        String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy).contains("default-src 'none'", "script-src 'self'").doesNotContain("unsafe", "http");
    }

    @Test
    void anUnchangedFileIsNotSentAgain() throws Exception {
        String base = serve("page-test/");
        String tag = get(base + "/").headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> again = get(base + "/", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void assetsAreKeptForGoodAndPackedForThoseWhoAsk() throws Exception {
        String base = serve("page-test/");
        HttpResponse<byte[]> plain = get(base + "/assets/main-1a2b.js");
        assertThat(plain.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
        assertThat(plain.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
        HttpResponse<byte[]> packed = get(base + "/assets/main-1a2b.js", "Accept-Encoding", "gzip, br");
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length);
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(unpacked.readAllBytes()).isEqualTo(plain.body());
        }
    }

    @Test
    void onlyListedNamesAreFiles() throws Exception {
        String base = serve("page-test/");
        for (String name : new String[] {
            "secret.txt",
            "../index.html",
            "%2e%2e/files.txt",
            "..%2ffiles.txt",
            "%00",
            "main-1a2b.js%00.txt",
            "..%5c..%5cfiles.txt",
            "a".repeat(4_000)
        }) {
            assertThat(get(base + "/assets/" + name).statusCode()).as(name).isIn(400, 404);
        }
    }

    @Test
    void withoutAPageTheAnswerSaysHowToGetIt() throws Exception {
        HttpResponse<byte[]> answer = get(serve("no-such-folder/") + "/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("npm", "/api/streams");
    }
}
