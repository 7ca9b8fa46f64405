package dev.millrace.platform.runtime;

import java.time.Duration;

/** An even port for RTP and the odd one above it for RTCP (RFC 3550 section 11), owned by one event loop. */
public final class UdpPair implements AutoCloseable {
    /** A freed pair rests this long, so that a late packet of its old session never enters a new one. */
    static final Duration QUARANTINE = Duration.ofSeconds(30);

    private final UdpPort rtp;
    private final UdpPort rtcp;
    private final Runnable freed;

    UdpPair(UdpPort rtp, UdpPort rtcp, Runnable freed) {
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.freed = freed;
    }

    public UdpPort rtp() {
        return rtp;
    }

    public UdpPort rtcp() {
        return rtcp;
    }

    /** Closes both and puts their numbers into quarantine. Called once, on the pair's loop. */
    @Override
    public void close() {
        rtp.close();
        rtcp.close();
        freed.run();
    }
}
