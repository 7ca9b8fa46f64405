package dev.millrace.protocols.rtp;

import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;

/**
 * A reception report block, RFC 3550 section 6.4.1.
 *
 * @param ssrc the source reported on
 * @param fractionLost in 1/256 since the last report, 0 to 255
 * @param totalLost packets lost since the start, -2^23 to 2^23 - 1; negative with duplicates
 * @param highestSequence extended highest sequence number received, 32 bits
 * @param jitter in ticks of the payload's clock, 32 bits
 * @param lastSenderReport middle 32 bits of the last sender report's NTP time, 0 if none
 * @param delaySinceLast time since then, in 1/65536 s, 32 bits
 */
public record ReportBlock(
        long ssrc,
        int fractionLost,
        int totalLost,
        long highestSequence,
        long jitter,
        long lastSenderReport,
        long delaySinceLast) {
    static ReportBlock parse(Reader reader) {
        long ssrc = reader.u32();
        int fraction = reader.u8();
        int lost = reader.u24() << 8 >> 8;
        return new ReportBlock(ssrc, fraction, lost, reader.u32(), reader.u32(), reader.u32(), reader.u32());
    }

    void encode(Writer writer) {
        writer.u32(ssrc).u8(fractionLost).u24(totalLost).u32(highestSequence);
        writer.u32(jitter).u32(lastSenderReport).u32(delaySinceLast);
    }
}
