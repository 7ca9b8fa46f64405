/**
 * MPEG-2 transport streams as HLS wants them: one program, H.264 and AAC (RFC 8216 section 3.2).
 *
 * <p>ISO/IEC 13818-1: section 2.4.3.2 packets ({@link dev.millrace.protocols.mpegts.TsMux}, {@link
 * dev.millrace.protocols.mpegts.TsDemux}), 2.4.3.4 adaptation field and PCR, 2.4.3.6 PES, 2.4.4 program tables ({@link
 * dev.millrace.protocols.mpegts.Tables}), annex A CRC ({@link dev.millrace.protocols.mpegts.Crc32Mpeg}). H.264 in
 * byte-stream form: ITU-T H.264 annex B ({@link dev.millrace.protocols.mpegts.H264Elementary}).
 *
 * <p>Pure: no sockets, threads, clocks or loggers. Times are 90 kHz ticks, unwrapped; the 33-bit wrap happens on the wire.
 */
@NullMarked
package dev.millrace.protocols.mpegts;

import org.jspecify.annotations.NullMarked;
