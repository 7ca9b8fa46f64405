package dev.millrace.verification.scenarios;

import dev.millrace.verification.bench.Interleaved;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An RTSP client of one's own, for what no tool can be told to do. Requests wait for their answer; packets go to the taker
 * on a thread of the client's own.
 */
final class RtspClient implements AutoCloseable {
    private static final int PATIENCE_MS = 5000;
    private static final Pattern STATUS = Pattern.compile("RTSP/1.0 (\\d{3}) ?(.*)");

    /** Takes interleaved packets. */
    interface Packets {
        void packet(int channel, byte[] head, int at, int length);
    }

    /** An answer; {@link #header} is empty for a header that is not there. */
    record Answer(int status, String head, String body) {
        String header(String name) {
            return Interleaved.header(head, name);
        }

        String session() {
            return header("Session").split(";")[0];
        }
    }

    private final Socket socket;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private int cseq;

    private RtspClient(Socket socket) {
        this.socket = socket;
    }

    /** Connects to the URL's host and port. */
    static RtspClient connect(String url, Packets packets) {
        URI uri = URI.create(url);
        try {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), PATIENCE_MS);
            socket.setTcpNoDelay(true);
            RtspClient client = new RtspClient(socket);
            Thread.ofVirtual().name("rtsp-client").start(() -> client.receive(packets));
            return client;
        } catch (IOException refused) {
            throw new UncheckedIOException("no connection to " + url, refused);
        }
    }

    static RtspClient connect(String url) {
        return connect(url, (channel, head, at, length) -> {});
    }

    private void receive(Packets packets) {
        Interleaved interleaved = new Interleaved(new Interleaved.Sink() {
            @Override
            public void response(String head, String body) {
                Matcher status = STATUS.matcher(head.lines().findFirst().orElse(""));
                answers.add(new Answer(status.matches() ? Integer.parseInt(status.group(1)) : 0, head, body));
            }

            @Override
            public void packet(int channel, byte[] head, int at, int length) {
                packets.packet(channel, head, at, length);
            }

            @Override
            public void broken(String why) {
                answers.add(new Answer(0, why, ""));
            }
        });
        byte[] bytes = new byte[65_536];
        try {
            InputStream in = socket.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                interleaved.read(Unpooled.wrappedBuffer(bytes, 0, count));
            }
        } catch (IOException closed) {
            // As good as the end of the stream.
        }
        ended.set(true);
    }

    /** Whether the server has closed the connection. */
    boolean ended() {
        return ended.get();
    }

    int localPort() {
        return socket.getLocalPort();
    }

    /** Sends bytes as they are. */
    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException closed) {
            ended.set(true);
        }
    }

    /** The next answer; status 0 when none came in time or the connection ended before. */
    Answer answer() {
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
            while (System.nanoTime() < end) {
                Answer answer = answers.poll(20, TimeUnit.MILLISECONDS);
                if (answer != null) {
                    return answer;
                }
                if (ended()) {
                    break;
                }
            }
            Answer last = answers.poll();
            return last == null ? new Answer(0, ended() ? "closed" : "no answer", "") : last;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** Sends a request and waits for its answer. */
    Answer ask(String method, String url, String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        send(Interleaved.request(method, url, ++cseq, lines.toString()));
        return answer();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException already) {
            // It is closed.
        }
    }
}
