package dev.millrace.verification.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * All readers, in a process of their own with one event loop. Obeys lines on the standard input, one answer line each:
 * {@code open tcp|udp <url> <readers>}, {@code open floor-tcp|floor-merged|floor-udp <port> <readers>}, {@code mark} (answers a
 * {@link Tally}), {@code close}.
 */
public final class Load {
    private static final int READ_AT_ONCE = 65_536;
    private static final long BETWEEN_CONNECTS_MS = 4;
    private static final int KEEP_ALIVE_S = 20;
    private static final int TRACKS = 2;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final UdpSink.Ports ports = new UdpSink.Ports(loops);
    private final List<BenchReader> readers = new ArrayList<>();
    private final List<FloorReader> floorReaders = new ArrayList<>();

    private Load() {}

    /** Runs until the standard input ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Load load = new Load();
        load.loops.next().scheduleAtFixedRate(load::keepAlive, KEEP_ALIVE_S, KEEP_ALIVE_S, TimeUnit.SECONDS);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(load.obey(line.split(" ")));
            System.out.flush();
        }
        load.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private String obey(String[] words) throws InterruptedException {
        return switch (words[0]) {
            case "open" -> open(words[1], words[2], Integer.parseInt(words[3]));
            case "mark" -> onLoop(this::mark);
            case "close" -> onLoop(this::close);
            default -> "unknown";
        };
    }

    private String onLoop(java.util.concurrent.Callable<String> work) throws InterruptedException {
        return loops.next().submit(work).await().getNow();
    }

    private String open(String kind, String target, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            switch (kind) {
                case "tcp", "udp" -> openReader(target, kind.equals("udp"));
                case "floor-udp" -> openFloorUdp(Integer.parseInt(target));
                default -> openFloorTcp(Integer.parseInt(target), kind.equals("floor-merged"));
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_CONNECTS_MS);
        }
        return "opened";
    }

    private void openReader(String url, boolean udp) {
        Queue<UdpSink> sinks = new ArrayDeque<>();
        for (int i = 0; udp && i < TRACKS; i++) {
            sinks.add(ports.open());
        }
        BenchReader reader = new BenchReader(
                url,
                udp
                        ? check -> {
                            UdpSink sink = sinks.remove();
                            sink.check(check);
                            return sink;
                        }
                        : null);
        URI uri = URI.create(url);
        connect(uri.getPort(), reader, () -> readers.add(reader));
    }

    private void openFloorTcp(int port, boolean merged) {
        FloorReader reader = new FloorReader(merged ? Floor.MERGED : Floor.PLAIN);
        connect(port, reader, () -> floorReaders.add(reader));
    }

    private void openFloorUdp(int port) {
        FloorReader reader = new FloorReader(Floor.PLAIN);
        UdpSink video = ports.open();
        UdpSink audio = ports.open();
        loops.next().execute(() -> {
            floorReaders.add(reader);
            reader.readFrom(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), video, audio);
        });
    }

    private void connect(int port, ChannelHandler reader, Runnable add) {
        loops.next().execute(add);
        new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_AT_ONCE))
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(reader)
                .connect(InetAddress.getLoopbackAddress(), port);
    }

    private void keepAlive() {
        readers.forEach(BenchReader::keepAlive);
    }

    private String mark() {
        Tally tally = new Tally();
        readers.forEach(reader -> reader.tally(tally));
        floorReaders.forEach(reader -> reader.tally(tally));
        return tally.encode();
    }

    private String close() {
        readers.forEach(BenchReader::close);
        floorReaders.forEach(FloorReader::close);
        readers.clear();
        floorReaders.clear();
        return "closed";
    }
}
