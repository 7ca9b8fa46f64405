package dev.millrace.platform.lanes;

/**
 * Where a reader's view of one track begins: what RTP-Info says (RFC 2326 section 12.33).
 *
 * @param known false while the track has not sent a packet yet
 * @param sequence sequence number of the first packet the reader gets
 * @param timestamp its RTP timestamp, 32 bits
 * @param ssrc the SSRC of its packets, 32 bits
 * @param extraIpv4 how far the numbers of a reader by UDP over IPv4 are ahead, because packets were packetised again
 * @param extraIpv6 the same over IPv6
 */
public record TrackStart(
        int track, boolean known, int sequence, long timestamp, long ssrc, int extraIpv4, int extraIpv6) {
    /** As a UDP reader sees it. */
    TrackStart overUdp(boolean ipv6) {
        return new TrackStart(track, known, sequence + (ipv6 ? extraIpv6 : extraIpv4) & 0xFFFF, timestamp, ssrc, 0, 0);
    }
}
