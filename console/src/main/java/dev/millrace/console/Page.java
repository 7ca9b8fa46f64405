package dev.millrace.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the page, read once from the class path and kept in memory, packed where that helps. Immutable: any event loop
 * may serve it. Names come only from the list that the build wrote, so that no request can name another file.
 */
final class Page {
    /** The build's list of files, one name a line. */
    private static final String LIST = "files.txt";

    /** No script or style but our own files, nothing from elsewhere; media and worker of hls.js come through blobs and files. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    private static final String WITHOUT = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Millrace</title>
            <h1>Millrace</h1>
            <p>This build has no page, because Node 20 with npm was missing when it was made. With both installed,
            <code>mvn -pl console install</code> makes it and <code>mvn -pl standalone package</code> packs it.</p>
            <p>Everything else works: the streams are listed at <a href="/api/streams">/api/streams</a>, and each one plays at
            <code>/{path}/index.m3u8</code>.</p>
            </html>
            """;

    private record File(Buffer plain, Optional<Buffer> packed, String type, String tag) {}

    private final Map<String, File> files;

    private Page(Map<String, File> files) {
        this.files = files;
    }

    /** Reads the page below that folder of the class path; it may be missing. Blocks. */
    static Page read(ClassLoader classes, String folder) {
        Map<String, File> files = new HashMap<>();
        Optional<byte[]> list = bytes(classes, folder + LIST);
        if (list.isEmpty()) {
            files.put("index.html", file("index.html", WITHOUT.getBytes(StandardCharsets.UTF_8)));
        } else {
            for (String name :
                    new String(list.get(), StandardCharsets.UTF_8).strip().split("\n")) {
                bytes(classes, folder + name).ifPresent(content -> files.put(name, file(name, content)));
            }
        }
        return new Page(Map.copyOf(files));
    }

    private static Optional<byte[]> bytes(ClassLoader classes, String name) {
        try (InputStream stream = classes.getResourceAsStream(name)) {
            return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static File file(String name, byte[] content) {
        byte[] packed = packed(content);
        boolean helps = packed.length < content.length * 9 / 10;
        return new File(
                Buffer.buffer(content),
                helps ? Optional.of(Buffer.buffer(packed)) : Optional.empty(),
                type(name),
                tag(content));
    }

    private static byte[] packed(byte[] content) {
        var bytes = new ByteArrayOutputStream(content.length);
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return bytes.toByteArray();
    }

    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(digest, 0, 8) + '"';
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "woff2" -> "font/woff2";
            case "txt" -> "text/plain; charset=utf-8";
            default -> "application/octet-stream";
        };
    }

    /** Answers {@code /}. */
    void index(RoutingContext request) {
        answer(request, "index.html", "no-cache");
    }

    /** Answers {@code /assets/*}: names hold a hash of the content, so that they may be kept for good. */
    void asset(RoutingContext request) {
        String name = request.normalizedPath().substring(1);
        answer(request, name, name.contains("-") ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private void answer(RoutingContext request, String name, String keeping) {
        File file = files.get(name);
        if (file == null) {
            request.next();
            return;
        }
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type)
                .putHeader(HttpHeaders.CACHE_CONTROL, keeping)
                .putHeader(HttpHeaders.ETAG, file.tag)
                .putHeader(HttpHeaders.VARY, "Accept-Encoding")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer");
        if (file.tag.equals(request.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        String accepted = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        boolean pack = file.packed.isPresent() && accepted != null && accepted.contains("gzip");
        if (pack) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        response.end(pack ? file.packed.get() : file.plain);
    }
}
