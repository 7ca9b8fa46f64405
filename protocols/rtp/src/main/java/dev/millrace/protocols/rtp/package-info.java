/**
 * RTP and RTCP, RFC 3550: packet views, reports, reception statistics, reordering, and the payload formats that turn
 * packets into access units and back.
 *
 * <table>
 * <caption>Map</caption>
 * <tr><td>{@link dev.millrace.protocols.rtp.RtpView}</td><td>RTP header: RFC 3550 section 5.1</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.Rtcp}</td><td>RTCP packets: RFC 3550 section 6</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.ReceptionStats}</td><td>loss and jitter: RFC 3550 appendix A</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.Reorder}</td><td>order restored within a time bound</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.KeyFrames}</td><td>does this payload start a key frame?</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.VideoDepacketizer}</td><td>H.264: RFC 6184; H.265: RFC 7798</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.AudioDepacketizer}</td><td>AAC: RFC 3640, RFC 6416; MPEG audio: RFC 2250</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.H264Packetizer}</td><td>access units to packets, and too big ones cut</td></tr>
 * <tr><td>{@link dev.millrace.protocols.rtp.FormatParameters}</td><td>what {@code a=fmtp} says of them</td></tr>
 * </table>
 */
@NullMarked
package dev.millrace.protocols.rtp;

import org.jspecify.annotations.NullMarked;
