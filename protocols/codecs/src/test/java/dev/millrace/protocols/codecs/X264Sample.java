package dev.millrace.protocols.codecs;

import dev.millrace.platform.testkit.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A small stream that x264 made and the presentation times that ffprobe read; the commands stand in the file. */
record X264Sample(String name, List<List<byte[]>> units, List<Long> pts) {
    static final List<String> NAMES = List.of(
            "x264-default",
            "x264-pyramid",
            "x264-bframes16",
            "x264-no-b",
            "x264-open-gop",
            "x264-mbaff",
            "x264-slices-weighted");

    static List<X264Sample> all() {
        return NAMES.stream().map(X264Sample::read).toList();
    }

    static X264Sample read(String name) {
        String text = text(name);
        List<Long> pts = new ArrayList<>();
        String marker = "# pts: ";
        int from = text.indexOf(marker) + marker.length();
        for (String word : text.substring(from, text.indexOf('\n', from)).trim().split(" +")) {
            pts.add(Long.valueOf(word));
        }
        return new X264Sample(name, units(H264.splitAnnexB(Hex.of(text))), pts);
    }

    private static String text(String name) {
        try (InputStream file = X264Sample.class.getResourceAsStream("/golden/" + name + ".txt")) {
            if (file == null) {
                throw new AssertionError("no golden file " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A slice whose first macroblock is 0 ends what came before it, but for the parameter sets just before. */
    private static List<List<byte[]>> units(List<byte[]> nals) {
        List<List<byte[]>> units = new ArrayList<>();
        List<byte[]> unit = new ArrayList<>();
        boolean sliced = false;
        for (byte[] nal : nals) {
            boolean slice = H264.isSlice(H264.type(nal));
            boolean first = slice ? (nal[1] & 0x80) != 0 : true;
            if (sliced && first) {
                units.add(List.copyOf(unit));
                unit.clear();
                sliced = false;
            }
            unit.add(nal);
            sliced |= slice;
        }
        units.add(List.copyOf(unit));
        return units;
    }

    byte[] sps() {
        return units.stream()
                .flatMap(List::stream)
                .filter(nal -> H264.type(nal) == H264.SPS)
                .findFirst()
                .orElseThrow();
    }

    /** Every NAL unit, cut behind what a header can take. */
    static List<byte[]> headers() {
        return all().stream()
                .flatMap(sample -> sample.units.stream())
                .flatMap(List::stream)
                .filter(nal -> H264.type(nal) != H264.SEI)
                .map(nal -> Arrays.copyOf(nal, Math.min(nal.length, 64)))
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
