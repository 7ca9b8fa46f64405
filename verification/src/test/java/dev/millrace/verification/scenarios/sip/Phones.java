package dev.millrace.verification.scenarios.sip;

import dev.millrace.verification.scenarios.Story;

/** Two users of one story at a node: one calls, the other is registered on as many phones as the story wants. */
record Phones(Story story, SipNode node, String caller, String callee) {
    /** Users that no other story has. */
    static Phones of(Story story, SipNode node, String name) {
        Phones phones = new Phones(story, node, name + "-a", name + "-b");
        node.users(phones.caller, phones.callee);
        return phones;
    }

    /** Registers a phone of the callee and lets it wait for a call. */
    Sipp callee(String name, Scenario scenario) {
        return callee(name, "", scenario);
    }

    /** The same with parameters behind the contact, such as {@code ;q=0.5}. */
    Sipp callee(String name, String parameters, Scenario scenario) {
        Sipp.Plan plan = Sipp.Plan.to(story, node.sip());
        Sipp.run(plan, Scenario.caller(name + "-register", callee, "").register(parameters, 600));
        return Sipp.start(plan, scenario);
    }

    /** One phone of the callee, and a call to it, both of which have to go as their scenarios say. */
    void call(Scenario called, Scenario calling) {
        Sipp phone = callee("callee", called);
        call(calling);
        phone.succeed();
    }

    /** The call itself, which has to go as the scenario says. */
    Sipp call(Scenario scenario) {
        return Sipp.run(Sipp.Plan.to(story, node.sip()), scenario);
    }
}
