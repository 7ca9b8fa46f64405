package dev.millrace.platform.lanes;

/**
 * Longest RTP packet sent over UDP, bytes; what is longer is packetised again where its format is known.
 *
 * @param ipv4 1,472 fills an Ethernet frame
 * @param ipv6 1,452 fills an Ethernet frame
 */
public record PacketLimits(int ipv4, int ipv6) {
    public int of(boolean v6) {
        return v6 ? ipv6 : ipv4;
    }
}
