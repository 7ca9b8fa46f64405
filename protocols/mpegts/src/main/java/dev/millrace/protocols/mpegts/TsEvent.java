package dev.millrace.protocols.mpegts;

/** What {@link TsDemux} finds, in the order of the stream. */
public sealed interface TsEvent {
    /** Stands for a PTS that is not there. */
    long NO_TIME = -1;

    /** A program map that differs from the one before. */
    record Program(Tables.ProgramMap map) implements TsEvent {}

    /** A program clock reference: 90 kHz ticks, 33 bits; {@code packet} counts packets from 0. */
    record Clock(int pid, long pcr90k, long packet) implements TsEvent {}

    /**
     * A whole PES packet.
     *
     * @param typeCode stream_type of the PMT
     * @param pts90k 33 bits, or {@link #NO_TIME}
     * @param dts90k as written, else the same as {@code pts90k}
     * @param randomAccess the random_access_indicator of its first packet
     */
    record Unit(int pid, int typeCode, long pts90k, long dts90k, boolean randomAccess, byte[] data)
            implements TsEvent {}

    /** The continuity counter jumped: packets are missing, the unit under way was thrown away. */
    record Gap(int pid) implements TsEvent {}
}
