package dev.millrace.platform.runtime;

/** Something set to happen later on a {@link Loop}. */
@FunctionalInterface
public interface Timer {
    /** It will not happen any more; without effect once it has. */
    void cancel();
}
