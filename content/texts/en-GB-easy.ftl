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

handover-ask-mentee = We found a new mentor for you. The name is { $name }. Do you want to go on with { $name }?
handover-done-mentee = { $name } is your mentor now. { $before } is not your mentor any more. You can write here.
handover-refused = The mentor changed. A message of yours did not get there. We keep it. It is not your fault.

pause-done = You have a break now. We keep what you write. We don't pass it on. Send RESUME to go on.
pause-already = You have a break already. Someone will help you to go on.
pause-unknown = We don't know { $name }. Please check the name.
resume-not-yours = There is still a break. We will tell you when it is over. You can ask your coordinator.
resume-not-needed = You have no break. You can write.

move-ask = Hello from { $service }. Do you want your messages on this phone? Send YES or NO.
moved-here = You are here now. Your messages come to this phone. Nothing goes to the old phone.
added-here = We can write to you here too. Send /prefer sms or /prefer telegram to choose.
prefer-unknown = We can't do that yet. Please ask your coordinator.
shared-told = Someone else uses this phone too. We will ask who wrote. We start with a name when we write.
writer-waiting = We keep your message. Who wrote it? Send the name or the number.
writer-noted = Thank you, { $name }. For 15 minutes you are the one who writes. Is it someone else? Send your name first.
stopped-shared = This phone has stopped. Nobody gets messages here. Send START to come back.
started-shared = Welcome back. All of you get messages now.

removed-notice = We passed on your message. We took out { $kinds }. This keeps you safe.
details-refused = We did not pass on your message. It has { $kinds } in it. This keeps you safe. You can write it again without it.
held-details = Your message has { $kinds } in it. Someone will look at it first. We will tell you how it went.
held-notice = We have your message. It is not passed on yet. Someone will look at it first.
held-file = Thank you. Someone will look at it first. We will tell you how it went.
held-released = Someone looked at it. It is passed on now.
held-later = Someone looked at it. It goes on later.
held-refused = Someone looked at it. It was not passed on. You can ask why. You can write it too.
file-lost = We could not open it. It was not passed on. Please send it again, or write it.
file-waits = There was { $what } too. A text can't carry it. Are you back on Telegram? Then ask { $name } to send it again. To talk to us, { $coordinator }.
file-fell-back = { $name } can't see { $what } that you sent. They only get words now. We tell them about it. You can send it again later, or write it.
file-not-by-sms = The other person only gets words. It was not passed on. Can you write it?
not-delivered = Your message did not get there. It is not your fault. We will help.
not-delivered-in-time = Your message did not get there in time. We did not send it. It is not your fault. You can write it again later.
partner-unreachable = We can't reach { $name } now. You did nothing wrong. The coordinator knows.
other-not-reachable = We can't reach the other person now. We keep your message.
match-is-paused = There is a break now. We keep your message. We did not pass it on.
deferred-tomorrow = This has to wait. { $name } gets it tomorrow after { $time }.
deferred-day = This has to wait. We keep it. { $name } gets it on { $day }.
deferred-help-young = In danger? Ring 999. Need to talk? Ring Childline: 0800 1111. It is free.
deferred-help-adult = In danger? Ring 999. Need to talk? Ring Samaritans: 116 123. It is free.
deferred-refused = You wrote something. It had to wait. Now we can't pass it on. We keep it. It is not your fault. To talk to us, { $coordinator }.
quiet-set = All right. Messages wait between { $value }. Send /quiet off to stop this.
quiet-now = Messages wait between { $value }. Send /quiet off to stop this.
quiet-usage = When should messages wait? Write it like this: /quiet 22:00-07:00
away-set = You are away until { $day }. Messages wait. Send /back when you are back.
away-back = Welcome back. You get messages now.
away-bad-day = That day is not right. When are you back? Write it like this: /away 5 January
late-after-ending = Your time with { $name } is over. We did not pass this on. We keep it. To talk to us, { $coordinator }.
no-match-yet = You have no mentor yet. We keep your message.
empty-text = There were no words in your message. We did not pass it on. Can you write it again?
cannot-relay-contact = We don't pass on contact cards. This keeps you safe.
cannot-relay-place = We don't pass on maps. You can write where it is.
cannot-relay-poll = We can't pass on polls or lists. Can you write it?
cannot-relay-game = We can't pass on games. Can you write it?
cannot-relay-story = We can't pass on stories. Can you write it?
cannot-relay-kind = We can't pass this on. Can you write it?
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
    /away friday, /quiet 22:00-07:00 - messages wait
    PAUSE - a break
    STOP - no more messages
    In danger? Ring 999.
    Need to talk for free? Ring Childline: 0800 1111.

help-me = In danger? Ring 999. Need to talk? Ring Childline: 0800 1111. Or ring Samaritans: 116 123. It is free. What would help you?
help-coming = Thank you. Someone will write to you. In danger? Ring 999.
help-mentor-stopped = Thank you for telling us. Your mentor gets nothing from you now. You get nothing from your mentor. We don't tell your mentor why. Someone will write to you. In danger? Ring 999.

help-which-mentor = Thank you for telling us. Your mentors get nothing from you now. You get nothing from them. We don't tell them why. Someone will write to you. In danger? Ring 999. Which mentor is it about?
help-mentor-chosen = Thank you. { $name } gets nothing from you now. You get nothing from { $name }. We don't tell { $name } why. You can write to your other mentors as before.
help-mentor-also = Thank you. { $name } gets nothing from you now. You get nothing from { $name }. We don't tell { $name } why. Someone will write to you.
help-mentors-stopped = Thank you. Your mentors get nothing from you now. You get nothing from them. We don't tell them why. Someone will write to you.

pair-held = For a while, someone here reads what you write before we pass it on. You did nothing wrong. You can write as always.
pair-free = We pass on what you write at once again.

crisis = I am sorry. This sounds very hard. You are not alone with it. Is anyone in danger now? Ring 999. You can talk to someone for free, day or night. Ring Childline: 0800 1111. Ring Samaritans: 116 123. Or text SHOUT to 85258. Someone from our team will see your message.
crisis-grown = I am sorry. This sounds very hard. You are not alone with it. Is anyone in danger now? Ring 999. You can talk to someone for free, day or night. Ring Samaritans: 116 123. Or text SHOUT to 85258. Someone from our team will see your message.
