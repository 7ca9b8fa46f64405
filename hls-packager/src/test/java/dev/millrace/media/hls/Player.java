package dev.millrace.media.hls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Asks one node for HLS. */
record Player(HttpClient http, int port) implements AutoCloseable {
    Player(int port) {
        this(HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build(), port);
    }

    HttpResponse<byte[]> send(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    HttpResponse<byte[]> get(String path) {
        return send("GET", path);
    }

    String text(String path) {
        HttpResponse<byte[]> response = get(path);
        return response.statusCode() == 200 ? new String(response.body(), StandardCharsets.UTF_8) : "";
    }

    /** The media playlist; without a line while there is none. */
    Listed media(String path) {
        return Listed.parse(text("/" + path + "/media.m3u8"));
    }

    /** What a player reads out of a media playlist. */
    record Listed(
            long sequence, int target, long discontinuities, List<String> uris, boolean ended, int discontinuityTags) {
        static Listed parse(String text) {
            List<String> lines = text.lines().toList();
            return new Listed(
                    number(lines, "#EXT-X-MEDIA-SEQUENCE:"),
                    (int) number(lines, "#EXT-X-TARGETDURATION:"),
                    number(lines, "#EXT-X-DISCONTINUITY-SEQUENCE:"),
                    lines.stream().filter(line -> !line.startsWith("#")).toList(),
                    lines.contains("#EXT-X-ENDLIST"),
                    (int) lines.stream().filter("#EXT-X-DISCONTINUITY"::equals).count());
        }

        private static long number(List<String> lines, String tag) {
            return lines.stream()
                    .filter(line -> line.startsWith(tag))
                    .mapToLong(line -> Long.parseLong(line.substring(tag.length())))
                    .findFirst()
                    .orElse(0);
        }

        long last() {
            return sequence + uris.size() - 1;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
