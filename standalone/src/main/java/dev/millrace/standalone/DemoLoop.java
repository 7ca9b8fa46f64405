package dev.millrace.standalone;

/**
 * The endless repetition of a sample, counted so that time never jumps: picture and sound number {@code n} of the whole run
 * have the time of their number, whichever loop they fall into. A loop is as long as its pictures; a sound frame of its own
 * length seldom ends with it, so a loop has one sound frame more or less, and sound never drifts from the pictures by more
 * than one frame. Pure arithmetic.
 *
 * @param pictures in one loop
 * @param picturesPerSecond whole
 * @param soundRate samples per second
 * @param soundSamples of one sound frame
 */
record DemoLoop(int pictures, int picturesPerSecond, int soundRate, int soundSamples) {
    private static final long SECOND = 1_000_000_000L;

    /** Pictures that are due in the first {@code nanos} of the run. */
    long picturesDue(long nanos) {
        return nanos * picturesPerSecond / SECOND + 1;
    }

    /** Sound frames that are due in the first {@code nanos} of the run. */
    long soundsDue(long nanos) {
        return (nanos / SECOND * soundRate + nanos % SECOND * soundRate / SECOND) / soundSamples + 1;
    }

    /** Which picture of the sample the run's picture {@code n} is. */
    int picture(long n) {
        return (int) (n % pictures);
    }

    /** Which sound frame of the sample the run's sound frame {@code n} is. */
    int sound(long n) {
        long loop = n * soundSamples / samplesPerLoop();
        return (int) (n - firstSound(loop));
    }

    /** Sound frames that a sample must have for the longest loop. */
    int soundsNeeded() {
        return (int) Math.ceilDiv(samplesPerLoop(), (long) soundSamples) + 1;
    }

    private long firstSound(long loop) {
        return Math.ceilDiv(loop * samplesPerLoop(), (long) soundSamples);
    }

    private long samplesPerLoop() {
        return (long) soundRate * pictures / picturesPerSecond;
    }
}
