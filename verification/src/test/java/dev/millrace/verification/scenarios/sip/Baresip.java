package dev.millrace.verification.scenarios.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.verification.scenarios.Proc;
import dev.millrace.verification.scenarios.Story;
import dev.millrace.verification.scenarios.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A running baresip with one account, which plays a tone and keeps what it hears. It answers by itself. */
record Baresip(Proc process, Path folder) {
    private static final int RATE = 8000;
    private static final int WAV_HEADER = 44;

    /**
     * Starts it; it ends by itself after so many seconds.
     *
     * @param outbound where it registers, such as {@code sip:127.0.0.1:5060;transport=tcp}
     * @param commands as typed by a person
     */
    static Baresip start(Story story, String user, String outbound, Duration life, String... commands) {
        Path folder = story.folder().resolve("baresip-" + user);
        // It listens on the port behind it too, for TLS.
        int port = SipNode.freePort();
        SipNode.freePort();
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("tone.wav"), tone(life));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Resources.copy("config", "baresip.conf", folder, Map.of("PORT", String.valueOf(port)));
        Resources.write(folder.resolve("contacts"), "");
        Resources.write(
                folder.resolve("accounts"),
                "<sip:%s@%s>;auth_pass=%s;outbound=\"%s\";regint=60;audio_codecs=pcmu;answermode=auto\n"
                        .formatted(user, SipNode.DOMAIN, SipNode.password(user), outbound));
        List<String> command = new ArrayList<>(List.of(
                // It cuts paths at 128 characters: everything is named from its folder.
                "env",
                "-C",
                folder.toString(),
                Tools.path("baresip"),
                "-4",
                "-f",
                ".",
                "-t",
                String.valueOf(life.toSeconds())));
        for (String typed : commands) {
            command.addAll(List.of("-e", typed));
        }
        return new Baresip(
                story.use(Proc.start("baresip-" + user, story.folder(), command, Map.of("TERM", "dumb"))), folder);
    }

    boolean registered() {
        return process.output().contains("200 OK");
    }

    /** Seconds of a tone louder than a whisper in what it has heard; it must have ended. */
    double heard() {
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.filter(each -> each.getFileName().toString().endsWith("-dec.wav"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing was heard: " + process.tail()));
            ByteBuffer wav = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int loud = 0;
            for (int at = WAV_HEADER; at + 1 < wav.limit(); at += 2) {
                loud += Math.abs(wav.getShort(at)) > 1000 ? 1 : 0;
            }
            return (double) loud / RATE;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A tone of 440 Hz as a wave file. */
    private static byte[] tone(Duration length) {
        int samples = (int) (RATE * length.toSeconds());
        ByteBuffer wav = ByteBuffer.allocate(WAV_HEADER + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(US_ASCII)).putInt(36 + 2 * samples);
        wav.put("WAVEfmt ".getBytes(US_ASCII)).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
        wav.putShort((short) 2).putShort((short) 16);
        wav.put("data".getBytes(US_ASCII)).putInt(2 * samples);
        for (int i = 0; i < samples; i++) {
            wav.putShort((short) (8000 * Math.sin(2 * Math.PI * 440 * i / RATE)));
        }
        return wav.array();
    }
}
