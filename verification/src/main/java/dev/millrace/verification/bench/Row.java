package dev.millrace.verification.bench;

/**
 * One measurement: a server, a transport, a number of readers.
 *
 * @param cpuS CPU seconds that the server's process used in the window
 * @param bytes RTP bytes that its readers took in the window
 * @param videoFrames whole video frames that they took in the window
 * @param errors what readers saw since they were opened
 * @param residentBytes of the server at the end
 */
record Row(
        String transport,
        String server,
        int readers,
        double seconds,
        double cpuS,
        long bytes,
        long videoFrames,
        Errors errors,
        long residentBytes) {
    /**
     * @param starved whether one reader got less than nine tenths of the frames
     * @param receiveDrops datagrams that the kernel dropped at full receive buffers, of the whole machine
     */
    record Errors(
            long lost, long disordered, long broken, long failed, boolean starved, long receiveDrops, String first) {
        boolean any() {
            return lost + disordered + broken + failed > 0 || starved;
        }

        String text() {
            if (!any()) {
                return "none";
            }
            return (lost > 0 ? lost + " lost " : "")
                    + (disordered > 0 ? disordered + " disordered " : "")
                    + (broken > 0 ? broken + " broken " : "")
                    + (failed > 0 ? failed + " failed (" + first + ") " : "")
                    + (starved ? "starved " : "")
                    + (receiveDrops > 0 ? "[" + receiveDrops + " dropped at full receive buffers]" : "");
        }
    }

    double gigabits() {
        return bytes * 8 / 1e9;
    }

    double cpuPerGigabit() {
        return cpuS / gigabits();
    }

    double gigabitsPerCore() {
        return gigabits() / cpuS;
    }

    /** CPU microseconds of one video frame to one reader, its share of the audio included. */
    double cpuPerFrameMicros() {
        return cpuS * 1e6 / videoFrames;
    }
}
