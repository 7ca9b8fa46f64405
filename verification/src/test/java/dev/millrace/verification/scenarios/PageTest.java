package dev.millrace.verification.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a headless Chromium: it lists the stream, plays it, and says nothing bad. Pictures are kept. */
@ExtendWith({OneNode.class, Story.Frame.class})
final class PageTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String TIME =
            "(() => { const v = document.querySelector('video'); return v ? v.currentTime : -1; })()";
    private static final String HEIGHT =
            "(() => { const v = document.querySelector('video'); return v ? v.videoHeight : 0; })()";
    private static final String SOUND =
            "(() => { const v = document.querySelector('video'); return v ? v.webkitAudioDecodedByteCount : 0; })()";
    private static final String ERROR =
            "(() => { const v = document.querySelector('video'); return v && v.error ? v.error.message || 'error' : ''; })()";

    /** The publisher comes back with other tracks: behind the DISCONTINUITY the page plays on, with what is there now. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "others of the same kinds, PLAIN, 360, SMALLER, 270",
        "audio leaves, PLAIN, 360, OTHER_TRACKS, 270",
        "audio comes, OTHER_TRACKS, 270, PLAIN, 360"
    })
    void playsOnWhenTheTracksChange(
            String change,
            Ffmpeg.Sample before,
            int heightBefore,
            Ffmpeg.Sample after,
            int heightAfter,
            NodeProcess node,
            Story story) {
        Tools.need("chromium");
        String path = "page/" + change.replace(' ', '-');
        Proc first = Ffmpeg.publish(story, before, "tcp", node.rtsp(path));
        PublishAndReadTest.awaitStream(node.rtsp(path));
        String page = node.get("http", "/").map(HttpResponse::body).orElse("");
        assumeTrue(page.contains("<script"), "the build left the page out: npm is not on this machine");
        Chromium browser = Chromium.open(story, node.http("#/" + path), 1366, 768);
        awaitPlaying(browser, heightBefore);
        first.kill();
        Ffmpeg.publish(story, after, "tcp", node.rtsp(path));
        awaitPlaying(browser, heightAfter);
        long heard = heard(browser);
        double time = Double.parseDouble(browser.evaluate(TIME));
        Await.until("three more seconds played", SOON, () -> Double.parseDouble(browser.evaluate(TIME)) > time + 3);
        assertThat(heard(browser) > heard).as("sound is decoded").isEqualTo(after != Ffmpeg.Sample.OTHER_TRACKS);
        assertThat(browser.evaluate(ERROR)).isEmpty();
    }

    private static long heard(Chromium browser) {
        return (long) Double.parseDouble(browser.evaluate(SOUND));
    }

    /** Waits until pictures of that height have been shown for a while. */
    private static void awaitPlaying(Chromium browser, int height) {
        double[] since = {-1};
        Await.until(
                "pictures of height " + height,
                SOON,
                () -> {
                    double now = Double.parseDouble(browser.evaluate(TIME));
                    if (!browser.evaluate(HEIGHT).equals(String.valueOf(height))) {
                        return false;
                    }
                    since[0] = since[0] < 0 ? now : since[0];
                    return now > since[0] + 1;
                },
                () -> "height " + browser.evaluate(HEIGHT) + ", currentTime " + browser.evaluate(TIME) + ", error '"
                        + browser.evaluate(ERROR) + "'");
    }

    @ParameterizedTest
    @CsvSource({"laptop, 1366, 768", "phone, 390, 844"})
    void playsTheStream(String device, int width, int height, NodeProcess node, Story story) {
        Tools.need("chromium");
        String path = "page/" + device;
        Ffmpeg.publish(story, Ffmpeg.Sample.PLAIN, "tcp", node.rtsp(path));
        PublishAndReadTest.awaitStream(node.rtsp(path));
        String page = node.get("http", "/").map(HttpResponse::body).orElse("");
        assumeTrue(page.contains("<script"), "the build left the page out: npm is not on this machine");
        Chromium browser = Chromium.open(story, node.http("#/" + path), width, height);
        Await.until(
                "the stream in the page's list",
                SOON,
                () -> browser.evaluate("document.body.innerText").contains(path),
                () -> browser.evaluate("document.body.innerText"));
        Await.until(
                "currentTime going on",
                SOON,
                () -> Double.parseDouble(browser.evaluate(TIME)) > 0.5,
                () -> "currentTime " + browser.evaluate(TIME) + ", error '" + browser.evaluate(ERROR) + "'");
        double before = Double.parseDouble(browser.evaluate(TIME));
        Await.until("three more seconds played", SOON, () -> Double.parseDouble(browser.evaluate(TIME)) > before + 3);
        assertThat(browser.evaluate(ERROR)).isEmpty();
        browser.screenshot(story.folder().resolve("page-" + device + ".png"));
        assertThat(browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as("nothing wider than the window")
                .isEqualTo("true");
    }
}
