package dev.millrace.platform.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Makes hostile input out of good samples, the same input for the same seed: bits flipped, bytes set, cut, inserted,
 * slices doubled, two samples spliced, and boundary numbers put where a number stood. Owned by one thread.
 */
public final class Mutator {
    /** Changes made to one sample, at most. */
    private static final int CHANGES = 4;

    /** Bytes of one input, at most: mutations must not make the tests slow. */
    private static final int MAX_INPUT = 1 << 17;

    /** Bytes of an input that a failure shows. */
    private static final int SHOWN = 4096;

    private static final byte[][] NUMBERS = ascii(
            "0",
            "-1",
            "1",
            "255",
            "256",
            "65535",
            "65536",
            "2147483647",
            "2147483648",
            "4294967295",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "1000000000000",
            "99999999999999999999999",
            "0x10",
            "1e9",
            "+5",
            " 7",
            "");

    private static final byte[][] MARKS = ascii(
            "\r\n",
            "\n",
            "\r",
            "\0",
            " ",
            "\t",
            ":",
            ";",
            ",",
            "=",
            "\"",
            "/",
            "\\",
            "..",
            "%2e",
            "%",
            "$",
            "<",
            ">",
            "\r\n\r\n",
            "@",
            "?",
            "#",
            "-",
            "\u00e9",
            "\u4e2d");

    private static final int[] BYTES = {0x00, 0x01, 0x7F, 0x80, 0xFF, 0xFE, 0x24, 0x0A, 0x0D};

    private final long seed;
    private final SplittableRandom random;

    private Mutator(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** A mutator whose inputs depend on the seed alone. */
    public static Mutator of(long seed) {
        return new Mutator(seed);
    }

    /**
     * Feeds {@code executions} mutated samples to the target. The target catches the malformed-input exception that it is
     * meant to throw; anything else that comes out of it fails the test with the seed and the input.
     *
     * @param name of the parser, for the line that is printed
     */
    public void run(String name, int executions, List<byte[]> samples, Consumer<byte[]> target) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("a mutator needs at least one sample");
        }
        for (int execution = 0; execution < executions; execution++) {
            byte[] input = mutate(samples);
            try {
                target.accept(input);
            } catch (Throwable failure) {
                throw new AssertionError(
                        "mutator " + name + ": seed " + seed + ", execution " + execution + ", " + input.length
                                + " bytes, " + failure + "\n"
                                + Hex.show(Arrays.copyOf(input, Math.min(input.length, SHOWN))),
                        failure);
            }
        }
        System.out.println("mutator " + name + ": " + executions + " executions, seed " + seed);
    }

    /** One mutated copy of a sample taken at random. */
    public byte[] mutate(List<byte[]> samples) {
        byte[] input = any(samples).clone();
        int changes = 1 + random.nextInt(CHANGES);
        for (int i = 0; i < changes; i++) {
            input = change(input, samples);
        }
        return input.length > MAX_INPUT ? Arrays.copyOf(input, MAX_INPUT) : input;
    }

    private byte[] change(byte[] input, List<byte[]> samples) {
        if (input.length == 0) {
            return any(samples).clone();
        }
        int at = random.nextInt(input.length);
        return switch (random.nextInt(11)) {
            case 0, 1 -> set(input, at, input[at] ^ 1 << random.nextInt(8));
            case 2 -> set(input, at, random.nextInt(256));
            case 3 -> set(input, at, BYTES[random.nextInt(BYTES.length)]);
            case 4 -> Arrays.copyOf(input, at);
            case 5 -> replace(input, at, Math.min(input.length, at + 1 + random.nextInt(16)), new byte[0]);
            case 6 -> replace(input, at, at, noise());
            case 7 -> doubled(input, at);
            case 8 -> spliced(input, at, any(samples));
            case 9 -> numbered(input, at);
            default -> replace(input, at, at + random.nextInt(2), MARKS[random.nextInt(MARKS.length)]);
        };
    }

    private byte[] any(List<byte[]> samples) {
        return samples.get(random.nextInt(samples.size()));
    }

    private static byte[] set(byte[] input, int at, int value) {
        input[at] = (byte) value;
        return input;
    }

    private byte[] noise() {
        byte[] noise = new byte[1 + random.nextInt(32)];
        random.nextBytes(noise);
        return noise;
    }

    /** The slice from {@code at} once more, sometimes often enough to meet a limit. */
    private byte[] doubled(byte[] input, int at) {
        int end = Math.min(input.length, at + 1 + random.nextInt(64));
        byte[] slice = Arrays.copyOfRange(input, at, end);
        int times = random.nextInt(16) == 0 ? 64 : 1;
        ByteArrayOutputStream more = new ByteArrayOutputStream(slice.length * times);
        for (int i = 0; i < times; i++) {
            more.writeBytes(slice);
        }
        return replace(input, at, at, more.toByteArray());
    }

    private byte[] spliced(byte[] input, int at, byte[] other) {
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return replace(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
    }

    /** Puts a boundary number over a run of digits, the first one at or behind {@code at}; else over up to 8 bytes in binary. */
    private byte[] numbered(byte[] input, int at) {
        int from = at;
        while (from < input.length && !digit(input[from])) {
            from++;
        }
        if (from == input.length || random.nextInt(4) == 0) {
            byte[] edge = new byte[Math.min(input.length - at, 1 << random.nextInt(4))];
            Arrays.fill(edge, (byte) (random.nextBoolean() ? 0xFF : 0x00));
            return replace(input, at, at + edge.length, edge);
        }
        int end = from;
        while (end < input.length && digit(input[end])) {
            end++;
        }
        return replace(input, from, end, NUMBERS[random.nextInt(NUMBERS.length)]);
    }

    private static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static byte[] replace(byte[] input, int from, int end, byte[] by) {
        byte[] changed = new byte[from + by.length + input.length - end];
        System.arraycopy(input, 0, changed, 0, from);
        System.arraycopy(by, 0, changed, from, by.length);
        System.arraycopy(input, end, changed, from + by.length, input.length - end);
        return changed;
    }

    private static byte[][] ascii(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }
}
