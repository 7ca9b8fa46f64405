package dev.millrace.protocols.rtp;

import java.nio.ByteBuffer;

/** The rules behind {@link KeyFrames}: absolute reads of borrowed bytes, nothing allocated. */
final class KeyFrameRules {
    private static final int H264_IDR = 5;
    private static final int H264_SPS = 7;
    private static final int H264_STAP_A = 24;
    private static final int H264_STAP_B = 25;
    private static final int H264_FU_A = 28;
    private static final int H264_FU_B = 29;
    private static final int H265_FIRST_IRAP = 16;
    private static final int H265_LAST_IRAP = 23;
    private static final int H265_VPS = 32;
    private static final int H265_SPS = 33;
    private static final int H265_AP = 48;
    private static final int H265_FU = 49;

    private KeyFrameRules() {}

    static boolean h264(ByteBuffer packet, int at, int length) {
        int type = packet.get(at) & 0x1F;
        if (type == H264_STAP_A || type == H264_STAP_B) {
            int next = type == H264_STAP_A ? at + 1 : at + 3;
            int end = at + length;
            while (next + 2 < end) {
                if (h264Type(packet.get(next + 2) & 0x1F)) {
                    return true;
                }
                next += 2 + (packet.getShort(next) & 0xFFFF);
            }
            return false;
        }
        if (type == H264_FU_A || type == H264_FU_B) {
            return length > 1 && packet.get(at + 1) < 0 && h264Type(packet.get(at + 1) & 0x1F);
        }
        return h264Type(type);
    }

    private static boolean h264Type(int type) {
        return type == H264_IDR || type == H264_SPS;
    }

    static boolean h265(ByteBuffer packet, int at, int length) {
        int type = packet.get(at) >> 1 & 0x3F;
        if (type == H265_AP) {
            int next = at + 2;
            int end = at + length;
            while (next + 2 < end) {
                if (h265Type(packet.get(next + 2) >> 1 & 0x3F)) {
                    return true;
                }
                next += 2 + (packet.getShort(next) & 0xFFFF);
            }
            return false;
        }
        if (type == H265_FU) {
            return length > 2 && packet.get(at + 2) < 0 && h265Type(packet.get(at + 2) & 0x3F);
        }
        return h265Type(type);
    }

    private static boolean h265Type(int type) {
        return type >= H265_FIRST_IRAP && type <= H265_LAST_IRAP || type == H265_VPS || type == H265_SPS;
    }

    /** RFC 7741 sections 4.2 and 4.3: start of partition 0, and the inverse key frame bit of the payload header. */
    static boolean vp8(ByteBuffer packet, int at, int length) {
        int first = packet.get(at);
        if ((first & 0x10) == 0 || (first & 0x07) != 0) {
            return false;
        }
        int skip = 1;
        if ((first & 0x80) != 0) {
            if (length < 2) {
                return false;
            }
            int extension = packet.get(at + 1);
            skip = 2;
            if ((extension & 0x80) != 0) {
                if (length <= skip) {
                    return false;
                }
                skip += packet.get(at + skip) < 0 ? 2 : 1;
            }
            skip += (extension & 0x40) != 0 ? 1 : 0;
            skip += (extension & 0x30) != 0 ? 1 : 0;
        }
        return length > skip && (packet.get(at + skip) & 0x01) == 0;
    }

    /** RFC 9628 section 4.2: not predicted from another picture, begin of a frame, lowest spatial layer. */
    static boolean vp9(ByteBuffer packet, int at, int length) {
        int first = packet.get(at);
        boolean predicted = (first & 0x40) != 0;
        boolean begin = (first & 0x08) != 0;
        if (predicted || !begin) {
            return false;
        }
        if ((first & 0x20) == 0) {
            return true;
        }
        int layer = 1;
        if ((first & 0x80) != 0) {
            if (length < 2) {
                return false;
            }
            layer += packet.get(at + 1) < 0 ? 2 : 1;
        }
        return length > layer && (packet.get(at + layer) >> 1 & 0x07) == 0;
    }

    /** ISO 14496-2 section 6.2: start codes B0 (sequence), 20-2F (layer), B3 (group), and B6 with coding type 0. */
    static boolean mp4v(ByteBuffer packet, int at, int length) {
        if (length < 5 || packet.getShort(at) != 0 || packet.get(at + 2) != 1) {
            return false;
        }
        int code = packet.get(at + 3) & 0xFF;
        return code == 0xB0 || code == 0xB3 || code >> 4 == 2 || code == 0xB6 && (packet.get(at + 4) & 0xC0) == 0;
    }

    /** RFC 2250 section 3.4: sequence-header-present, or picture type 1. */
    static boolean mpv(ByteBuffer packet, int at, int length) {
        return length >= 4 && ((packet.get(at + 2) & 0x20) != 0 || (packet.get(at + 2) & 0x07) == 1);
    }

    /** RFC 2435 section 3.1: fragment offset 0. */
    static boolean jpeg(ByteBuffer packet, int at, int length) {
        return length >= 8 && (packet.getInt(at) & 0xFF_FFFF) == 0;
    }
}
