package dev.millrace.platform.runtime.testing;

import dev.millrace.platform.contracts.BindingDraft;
import dev.millrace.platform.contracts.Location.Binding;

/** A binding as a test needs it: without end, and of some REGISTER. */
public final class TestBinding {
    private TestBinding() {}

    public static BindingDraft at(String contact) {
        return Binding.at(contact).until(Long.MAX_VALUE).by("call-id", 1);
    }
}
