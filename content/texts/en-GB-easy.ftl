### Easy-read: shorter sentences, everyday words. What isn't here is said as in en-GB.

consent-mentee =
    { $service } gives you a mentor. A mentor is an adult who helps you.

    You text each other here. Nobody sees your number.

    We keep your messages. If someone may be badly hurt, we tell people who can help.

    You choose. Send STOP to leave.

    To talk to us, { $coordinator }.

    To complain, { $complaints }.
consent-ask-sms = Send YES if you agree. Send NO if you don't.
consent-declined = That is fine. You have not joined. You can ask us again later.
consent-again = Do you want to take part? Please send YES or NO.
consent-waiting-parent = Thank you. Now your parent or carer must say yes too. We will tell you when it is done.

invitation-sms =
    Hello. { $consent }

    Send YES to join. Send NO if you don't want to.
invitation-bad = This code does not work. Please ask for a new one.
invitation-already = You have joined already. You don't need to do anything.
joined-no-match = You have joined. Now we look for a mentor for you. We will write soon.

match-ask-mentee = We found a mentor for you. The name is { $name }. Do you want to meet?
match-declined-thanks = Thank you. That is fine. We will write to you soon.
match-yes-thanks = Thank you. Please wait. We will write soon.
match-started = { $name } is with you now. You can write here. { $name } will get it.
match-paused-told = There is a break now. We keep what you write. We don't pass it on. We will tell you when the break is over.
match-ended-told = Your time with your mentor is over. Thank you. What you write now goes to the coordinator.

removed-notice = We passed on your message. We took out { $kinds }. This keeps you safe.
held-notice = We have your message. It is not passed on yet. Someone will look at it first.
not-delivered = Your message did not get there. It is not your fault. We will help.
other-not-reachable = We can't reach the other person now. We keep your message.
match-is-paused = There is a break now. We keep your message. We did not pass it on.
no-match-yet = You have no mentor yet. We keep your message.
empty-text = There were no words in your message. We did not pass it on. Can you write it again?
cannot-relay-contact = We don't pass on contact cards. This keeps you safe.
cannot-relay-place = We don't pass on maps. You can write where it is.
cannot-relay-poll = We can't pass on polls or lists. Can you write it?
cannot-relay-game = We can't pass on games. Can you write it?
cannot-relay-story = We can't pass on stories. Can you write it?
cannot-relay-kind = We can only pass on words. Can you write it?
edited-not-relayed = You changed a message. The change was not sent. You can write it again.
edited-for-another = You changed the name in a message. The change was not sent. Please write a new message.
edited-to-nothing = You took out all the words. The other person still has your message. You can write a new one.

stopped = You have stopped. You get no more messages. Send START to come back.
started = Welcome back. You can write now.
stopped-still = You have stopped. We did not pass this on. Send START to come back.
start-not-needed = You get messages already. You don't need to do anything.
not-allowed = You can't use that. Send HELP to see what you can do.
command-unknown = We don't know that word. Send HELP to see what you can do.

about-intro = You are with { $service }. We keep your messages. If someone may be badly hurt, we tell people who can help.
about-review = We talk about how it is going on { $value }.
about-end = It ends on { $value }.
about-none = Nothing is written down yet. Ask your coordinator.
about-stop = You can stop at any time. Send STOP.

help-mentee =
    Write here. Your mentor gets it. A dove means it went.
    /about - what you agreed
    STOP - no more messages
    In danger? Ring 999.
    Need to talk? Ring Childline: 0800 1111. It is free.

crisis = I am sorry it is so hard. You are not alone. In danger now? Ring 999. You can talk to someone for free, day or night. Ring Childline: 0800 1111. Ring Samaritans: 116 123. Or text SHOUT to 85258. Someone from our team will see your message.
