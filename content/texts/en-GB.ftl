### What the service says, in British English. Short, warm, plain: a volunteer or a twelve-year-old reads it once and
### knows what to do. One question at a time. No exclamation marks where somebody may be in trouble.
###
### Texts that also go out by SMS use only letters of the GSM alphabet (straight quotes, plain hyphens) and fit two
### segments, the consent texts four. A service's own folder may hold texts/en-GB.ftl with just the texts that differ.

## Agreeing to take part

# $service: name of the programme; $coordinator, $complaints: how to reach each, as the end of a sentence.
consent-mentee =
    { $service } gives you a mentor: an adult who has time for you. You text each other through us, so nobody sees your number.

    We record the messages and keep them safe. If you or someone else may be badly hurt, we always tell people who can help.

    You choose. Send STOP at any time to leave. To talk to us, { $coordinator }. To complain, { $complaints }.
consent-mentor =
    You and your mentee write to each other through { $service }. Neither of you sees the other's number.

    We record all messages. If someone may come to serious harm, we always pass it on, and so must you.

    Send STOP at any time to leave. To reach us, { $coordinator }. To complain, { $complaints }.
consent-coordinator =
    As a coordinator of { $service } you can read what passes between mentors and mentees. Whatever you open is noted. Worries about serious harm come to you as alerts, day and night. Messages to and from you are recorded.

    Send STOP to leave. Alerts still come, so that none is missed.
consent-question = Do you agree?
consent-ask-sms = Reply YES to agree or NO if you would rather not.
option-yes = Yes
option-no = No
consent-thanks = Thank you, { $name }. You have joined.
consent-declined = That is fine. You have not joined, and you will not get more messages. If you change your mind, ask us for a new invitation.
consent-again = Before we can pass anything on, we need to know if you agree to take part. Please answer YES or NO.
parent-done = Your parent or carer has said yes. Thank you for waiting.
consent-waiting-parent = Thank you. We still need a yes from your parent or carer. We are sorting that out and will tell you when it is done.

## Joining

invitation-sms =
    Hello from { $service }. { $consent }

    Reply YES to join or NO if you would rather not.
invitation-bad = This code does not work. It may be old, or used before. Please ask the person who gave it to you for a new one.
invitation-already = You have already joined here. There is nothing more to do.
joined-no-match = You are all set. We are looking for the right person for you and will write as soon as we know more.

## Being matched

match-ask-mentor = We would like to match you with { $name }. Are you happy to be their mentor?
match-ask-mentee = We have found a mentor for you: { $name }. Would you like to meet?
match-declined-thanks = Thank you for telling us. That is fine, and nobody will mind. We will be in touch about what comes next.
match-yes-thanks = Great, thank you. We are waiting for the other yes and will write as soon as we have it.
match-started = You are now matched with { $name }. Just write here, and { $name } will get it.
match-paused-told = Your messages are on a break for now. What you write here is kept but not passed on. We will tell you when it goes on.
match-resumed-told = The break is over. You can write to { $name } again.
match-ended-told = Your match has come to its end. Thank you for the time you gave it. What you write here now reaches the coordinator only.

handover-ask-mentor = { $name } needs a new mentor, and we thought of you. Are you happy to take over?
handover-ask-mentee = We have found a new mentor for you: { $name }. Would you like to go on with { $name }?
handover-done-mentee = From now on { $name } is your mentor, and { $before } is not any more. Just write here, and { $name } will get it.
handover-done-before = { $name } goes on with another mentor from today. Thank you for the time you gave. What you write here no longer goes to { $name }.
handover-refused = A message of yours was still waiting when the mentor changed, so it was not passed on. It is kept. It was not your fault.
# Stands in the record, between what was said before and after.
marker-handover = Change of mentor

## Taking a break by a word

pause-done = You are on a break now. What either of you writes is kept but not passed on. Send RESUME when you want to go on.
pause-already = You are on a break already. A coordinator will help you to go on.
pause-unknown = We don't know who { $name } is. Please check the name.
resume-not-yours = You are still on a break. We will tell you when it goes on. To ask about it, talk to your coordinator.
resume-not-needed = You are not on a break. You can just write.

## Another phone, or a second one

move-ask = Hello from { $service }. Do you want to get your messages on this phone from now on? Reply YES or NO.
move-declined = That is fine. Nothing will come here.
moved-here = You are here now. From now on your messages come to this phone, and nothing more goes to the old one.
added-here = We can reach you here too from now on. To say which you like better, send /prefer sms or /prefer telegram.
prefer-usage = Write /prefer sms or /prefer telegram.
prefer-unknown = We can't reach you that way yet. Please ask your coordinator to add it.
prefer-done-sms = All right. From now on we send you text messages.
prefer-done-telegram = All right. From now on we write to you on Telegram.
other-has-phone = { $name } has a phone now. Just write here, and { $name } will get it.
other-has-no-phone = { $name } has no phone yet, so this was not passed on. It is kept. You can note letters, calls and visits with /log.

## A phone that several people use

for-sharer = For { $name }: { $words }
shared-told = Somebody else uses this phone with you from now on. When a message comes in, we ask who wrote it. What we send begins with a name.
writer-ask =
    Who wrote this?

    { $words }
writer-waiting = Your message is kept until we know who wrote it. Please send the name or its number.
writer-noted = Thank you, { $name }. For 15 minutes we take what comes from this phone as yours. If it is someone else, they send their name first.
stopped-shared = This phone has stopped. We won't send any more messages here, to anyone who uses it. Send START to come back.
started-shared = Welcome back. Everyone who uses this phone gets messages again.

## Messages passed on

relay-mentee = { $name }: { $words }
relay-mentor = { $name }: { $words }

# $kinds: one or more of the kinds below, put together with list-comma and list-and.
removed-notice = Your message was passed on, but we took out { $kinds }. Private details stay private here. That keeps you both safe.
kind-phone = a phone number
kind-email = an email address
kind-url = a web link
kind-handle = a username
kind-postcode = a postcode
kind-platform_move = an invitation to talk somewhere else
kind-address = an address
kind-bank = bank details
list-comma = { ", " }
list-and = { " and " }
details-refused = We did not pass on your message, because it has { $kinds } in it. Private details stay private here. That keeps you both safe. You can write it again without them.
held-details = Your message has { $kinds } in it, so a coordinator looks at it first. It is safe with us. We will tell you how it went.
held-notice = Your message is safe, but it has not been passed on yet. A coordinator will look at it first.
not-delivered = A message of yours could not be delivered. The coordinator knows and will help. It was not your fault.
not-delivered-in-time = A message of yours could not be delivered in time, so it was not sent. It was not your fault. If it still matters, please write it again later.
partner-unreachable = We can't reach { $name } just now. It was nothing that you did. The coordinator knows.
other-not-reachable = We can't reach the other person just now. Your message is kept. The coordinator knows.
match-is-paused = Your messages are on a break, so this one was not passed on. It is kept, and the coordinator can see it.
no-match-yet = You don't have a match yet, so nobody got this message. It is kept, and the coordinator can see it.
# A later version of a message that can't be put in the place of the first.
changed-mentee = { $name } (changed): { $words }
changed-mentor = { $name } (changed): { $words }
empty-text = There were no words in your message, so it was not passed on. Could you write it again?
cannot-relay-contact = We don't pass on contact cards. Private details stay private here. That keeps you both safe.
cannot-relay-place = We don't pass on places on a map. You could write where it is, like this: the library in town.
cannot-relay-poll = We can't pass on polls or lists. Could you write it instead?
cannot-relay-game = We can't pass on dice or games. You could write what you want to say.
cannot-relay-story = We can't pass on stories. Could you write it instead?
held-file = Thank you. A coordinator looks at files before they are passed on. We will tell you how it went.
held-released = What you sent was looked at, and has now been passed on.
held-later = What you sent was looked at, and goes on when it may.
held-refused = What you sent was looked at and was not passed on. Your coordinator can tell you why. You can write it instead.
file-lost = We could not open what you sent, so it was not passed on. Please send it again, or write it instead.
file-not-by-sms = The other person gets text messages, and they can't carry files. It was not passed on. Could you write it instead?
# Before a file that came without words.
file-from = From { $name }
# Behind the words of a file, for somebody whom only text messages reach now. $what is one of the next four.
file-waits = There was { $what } with this, and texts can't carry it. When you are back on Telegram, ask { $name } to send it again. To talk to us, { $coordinator }.
file-fell-back = { $name } could not be shown { $what } that you sent: only texts reach them just now. We tell them about it. You can send it again later, or write it.
file-is-picture = a picture
file-is-voice = a voice message
file-is-film = a film
file-is-file = a file
# $words: what a sticker shows, such as "thumbs up sign", for somebody who gets text messages.
sticker-words = [sticker: { $words }]
cannot-relay-kind = We can't pass this on. Could you write it instead?
edited-not-relayed = You changed a message that was already passed on. The change was not sent. If it matters, please write it again.
edited-for-another = You put another name before a message that was already passed on. The change was not sent. Please write a new message.
edited-to-nothing = You took the words out of a message that was already passed on. It can't be taken back. Please write if you want to add something.

## Words that wait for their hours

deferred-today = { $name } gets this today after { $time }.
deferred-tomorrow = { $name } gets this tomorrow after { $time }.
deferred-day = { $name } gets this on { $day }.
deferred-help-young = If you are in danger, ring 999. To talk to someone for free, ring Childline on 0800 1111.
deferred-help-adult = If you are in danger, ring 999. To talk to someone for free, ring Samaritans on 116 123.
deferred-help-mentor = If someone is in danger, ring 999 now.
deferred-refused = Something that you wrote had to wait, and it can't be passed on any more. It is kept. It was not your fault. To talk to us, { $coordinator }.

quiet-set = All right. From now on messages wait between { $value } each day. Send /quiet off to end this.
quiet-now = Your quiet hours: { $value }. Messages for you wait in this time. Send /quiet off to end this.
quiet-off = All right. You have no quiet hours now.
quiet-usage = When should messages wait for you? Write it like this: /quiet 22:00-07:00
away-set = You are away until { $day }. Messages for you wait until then. Send /back when you are back sooner.
away-back = Welcome back. Messages come to you again.
away-usage = When are you back? Write the day like this: /away monday or /away 5 January
away-bad-day = That day does not lie ahead, or it is too far away. When are you back? Write it like this: /away 5 January

## After a match has ended

late-after-ending = Your match with { $name } has ended, so this was not passed on. It is kept, and your coordinator can read it. To talk to us, { $coordinator }.

## Who it is for

choose-addressee =
    Who is this for?

    { $words }
choose-cancel = Don't send it
# Offered while somebody tells a concern.
choose-coordinator = The coordinators
choose-cancelled = All right. It was not sent.
choose-sent = Sent to { $name }.
choose-later = This is for { $name }, and it goes when it may.
choose-waiting = Your message is kept until you choose. Who is it for?
addressee-unknown = You have no match called { $name }. Please check the name.
to-next = Your next message goes to { $name }.
to-usage = Write /to and the name of who gets it, like this: /to Sam

## Stopping and starting

stopped = You have stopped. We won't send you any more messages. Send START if you want to come back.
started = Welcome back. You can write and get messages again.
stopped-still = You have stopped, so this was kept but not passed on. Send START if you want to come back.
stop-coordinator = You have stopped ordinary messages. Alerts about serious harm still come to you. Send START to get everything again.
start-not-needed = You are already getting messages. There is nothing to do.

## People and things that the service can't help with

stranger = Hello. This number is for people who have joined our service. If you have a code, please send it. If someone is in danger, ring 999.
not-allowed = That command is not for you. Send HELP to see what you can do.
command-unknown = We don't know that command. Send HELP to see what you can do.

## What was agreed

about-mentee = You and your mentor { $name } agreed:
about-mentor = You and { $name } agreed:
about-intro = You are with { $service }. Your messages go through us and are recorded. If someone may be badly hurt, we always pass it on.
about-days = Days and times: { $value }
about-hours = We pass messages on at these times: { $value }
about-place = Place: { $value }
about-aims = What you want to do: { $value }
about-review = We look at how it is going on { $value }.
about-end = Planned to end on { $value }.
about-none = Nothing has been written down yet. Ask your coordinator.
about-stop = To stop, send STOP at any time. Nobody will be cross.
about-complain = To complain, { $complaints }.

## Help

help-mentee =
    Just write, and your mentor gets it. A dove means it went.
    /about - what you agreed
    /away friday, /quiet 22:00-07:00 - messages wait
    PAUSE - take a break
    STOP - no more messages
    In danger? Ring 999. Talk for free: Childline 0800 1111.
help-mentor =
    Write, and your mentee gets it. A dove means it went.
    /concern - tell only us what worries you
    /to Sam - who gets it
    /about - what you agreed
    /away friday, /quiet 22:00-07:00 - messages wait
    /log call, /notes - write or read a note
    PAUSE - take a break
    STOP - no more messages
    Someone in danger? Ring 999.
help-coordinator =
    HAVE 12 - you are taking care of alert 12
    /cases, /case 12 - what is open, and one case
    /log call 3: 20 minutes - note a letter, call, visit or video call of match 3
    /duty - who is on call
    /unreached - what did not arrive, and whom we can't reach
    STOP - no more ordinary messages. Alerts still come.

## What people tell us themselves

# An entry of a case; $cases: numbers of the earlier ones.
several-concerns = These concerns came before: { $cases }

concern-ask = What worries you? Please write it in one message. Only the coordinators get it. If someone may be badly hurt, ring 999 first.
concern-no-files = We can only take words here, so this was not passed on. What worries you? Please write it in one message.
concern-danger = Thank you. A coordinator gets this now. If someone may be badly hurt, ring 999 first. Is anyone in danger now?
# Where no coordinator is left to hear it.
concern-danger-office = Thank you. It is kept, but no coordinator gets it now. So please { $complaints }. If someone may be badly hurt, ring 999 first. Is anyone in danger now?
concern-now-office = Please ring 999 now if you have not. Then { $complaints }.
concern-now = Please ring 999 now if you have not. We are calling the coordinators again.
concern-noted = Thank you for telling us. A coordinator looks at it today.
concern-whom = Which of your mentees is it about?
option-somebody-else = Somebody else
concern-whom-noted = Thank you. That is written down.
concern-more = Thank you. The coordinators get this too.
# Entries of a case.
concern-about = It is about { $name }.
concern-about-other = It is about somebody else than a mentee of theirs.
concern-silent-danger = No answer yet: is anyone in danger now?
concern-silent-whom = No answer yet: which mentee is it about?
concern-unsaid = Somebody began to tell a concern and has not written any words yet.
complaint-usage = What went wrong? Write /complaint and then the words. If it is about someone here, start with the name, like this: /complaint Alex: did not listen
complaint-noted = Thank you for telling us. Someone else than the person it is about looks at it.
# It names nobody, so that it goes to all.
complaint-about-nobody = Thank you for telling us. A coordinator looks at it. If it is about a coordinator, { $complaints }.
complaint-office = Thank you for telling us. It is kept. To be sure that someone hears it soon, { $complaints }.
help-me = In danger? Ring 999. To talk to someone for free, ring Childline on 0800 1111 or Samaritans on 116 123. What would help you?
option-help-coordinator = Ask for the coordinator
option-help-mentor = Something about my mentor isn't right
option-help-show = Just show me the help
help-coming = Thank you for asking. A coordinator gets this now and will write to you. If you are in danger, ring 999.
help-mentor-stopped = Thank you for telling us. Nothing goes between you and your mentor now, and your mentor is not told why. A coordinator will write to you. In danger? Ring 999.

# To a mentee with several mentors. With all of them messages are stopped until there is an answer.
help-which-mentor = Thank you for telling us. Nothing goes between you and your mentors now, and they are not told why. A coordinator will write to you. In danger? Ring 999. Which mentor is it about?
option-all-mentors = All of them
help-mentor-chosen = Thank you. Nothing goes between you and { $name } now, and { $name } is not told why. With your other mentors all is as before.
help-mentor-also = Thank you. Nothing goes between you and { $name } now, and { $name } is not told why. A coordinator will write to you.
help-mentors-stopped = Thank you. Nothing goes between you and your mentors now, and they are not told why. A coordinator will write to you.
# An entry of a case.
help-stopped-all = Nobody knows yet which mentor it is about. Messages are stopped with: { $names }

## The menu of commands that a chat client shows: a few words each

menu-help = what you can do here
menu-about = what was agreed, and how to stop
menu-to = choose who gets your message
menu-log = note a letter, call or visit
menu-have = say that you have an alert
menu-cases = the open cases
menu-case = one case, and what comes next
menu-note = write a note into a case
menu-action = write what was done about a case
menu-referral = write whom a case was referred to
menu-letgo = give a case back
menu-close = close a case
menu-reopen = go on with a closed case
menu-quiet = hours in which messages wait
menu-away = days on which messages wait
menu-back = you are back, messages come again
menu-pause = take a break from messages
menu-resume = end the break
menu-concern = tell us what worries you
menu-complaint = tell us what went wrong
menu-prefer = where messages reach you
menu-notes = read the last notes
menu-duty = who is on call
menu-unreached = what did not arrive

## Noting letters, calls and visits

log-done = Noted: { $kind } with { $name }.
log-usage-coordinator = Write /log, then letter, call, visit or video, then the number of the match, a colon and a few words. Like this: /log call 3: talked about college
log-usage = Write /log, then letter, call, visit or video, then a few words. Like this: /log call talked about college
notes-intro = The last notes about { $name }:
notes-none = There are no notes about { $name } yet. Note a letter, call or visit with /log.
notes-line = { $day }, { $kind }: { $words }
notes-usage = Write /notes and the name of your mentee, like this: /notes Sam
log-kind-letter = a letter
log-kind-call = a call
log-kind-visit = a visit
log-kind-video = a video call

## Alerts. They carry a case number and what it is about, never anybody's words.

alert-telegram =
    Alert { $case }: { $category }
    How serious: { $severity }
    Written by: { $side }
    Please say that you have it.
alert-sms = Alert { $case }: { $severity }. Please look. Reply HAVE { $case } if you are taking care of it.
# Below an alert, where an earlier case of the same pair and kind was closed not long ago.
alert-earlier = There was a case like this before: { $case }.
# Below an alert and in a case: the words alone say little.
alert-before = { $count ->
    [one] Found only with the message before.
   *[other] Found only with the { $count } messages before.
 }
alert-repeat = Nobody has taken alert { $case } yet. Please look. Reply HAVE { $case } if you are taking care of it.
# Concerns that nobody has yet, on working days: a line for each below it.
digest = { $count ->
    [one] There is { $count } concern that nobody has yet:
   *[other] There are { $count } concerns that nobody has yet:
 }
digest-line = { $case }: { $category }, { $side }
# Behind such a line.
digest-before = { $count ->
    [one] with the message before
   *[other] with the { $count } messages before
 }
digest-sms = Concerns that nobody has yet: { $cases }. Please look. Reply HAVE { $case } if you are taking care of it.
option-have-case = I have { $case }
# Who is on call. $names: names, or the line for everybody.
duty-now = On call now: { $names }.
duty-next = From { $when }: { $names }.
duty-everybody = every coordinator
# A case in which nothing is done.
case-idle = Case { $case } is still open. Please write down what was done, or close it.
option-have-this = I have this
alert-acknowledged = { $name } is taking care of alert { $case }.
alert-false = { $name } closed alert { $case } as a false alarm. If you see it otherwise, send /reopen { $case } and why.
alert-already = { $name } already has alert { $case }.
# A further message belongs to a case: one quiet line.
option-show-words = Show words
option-hold-pair = Hold messages of this pair
option-free-pair = End the hold of this pair
option-false-alarm = False alarm
option-case-note = Write a note
option-case-action = Write what was done
option-case-referral = Write a referral
option-case-close = Close the case
option-case-let-go = Let go
# $command: the name of a command such as note.
case-usage = Please write the number of the case too, like this: /{ $command } 12
cases-none = There are no open cases.
cases-line = { $case }: { $category }, { $severity }, { $time } - { $name }
cases-line-sms = { $case }: { $severity }, { $time } - { $name }
cases-more = And { $count } more. The rest is on the command line: telementor cases list
cases-next = To see one: /case { $case }
case-nobody = nobody has it
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count } days
case-head =
    Case { $case }: { $category }
    How serious: { $severity }
    Written by: { $side }
    Messages: { $count }, since { $time }
    Who has it: { $name }
case-sms = Case { $case }: { $severity }. Who has it: { $name }. Use Telegram or the command line for the rest.
case-entry = { $time } { $name }: { $words }
case-earlier-entries = ({ $count } earlier entries)
case-is-closed = It is closed. To go on with it: /reopen { $case } and why
case-found = Found: { $category } ({ $why })
case-shown-for = Noted that you saw this. It is taken out of this chat after { $count } minutes.
case-words-gone = These words were taken out again.
case-held = Messages of this pair are held now. You look at each one first. Closing case { $case } ends it too.
case-free = Messages of this pair go on by themselves again. What is held still needs a look.
case-let-go = Nobody has case { $case } now. The others are being asked.
case-noted = Written into case { $case }.
case-closed = Case { $case } is closed.
case-closed-by = { $name } closed case { $case }. /case { $case } shows why.
case-reopen-usage = Please write why too, like this: /reopen { $case } she wrote again
case-reopened = Case { $case } is open again, and you have it.
case-cancel = Never mind
case-cancelled = All right. Nothing was written down.
case-close-ends-hold = Closing ends the hold of this pair.
case-close-usage = Write how it ended, a colon and why: /close { $case } support given: rang her. Ends: { $words }
ask-case_note = What shall be noted in case { $case }? Please write it in one message.
ask-case_action = What was done in case { $case }? Please write it in one message.
ask-case_referral = Who was case { $case } referred to? Please write it in one message.
ask-case_reference = Is there a reference number for case { $case }? Please write it, or choose Never mind.
ask-case_outcome = How did case { $case } end?
ask-case_reason = Why can case { $case } be closed? Please write it in one message.
ask-why-false = Case { $case } is closed as a false alarm. Why was it one?
outcome-referred = referred
outcome-support_given = support given
outcome-family_informed = family informed
outcome-no_further_action = no further action
outcome-false_alarm = false alarm
false-idiom = a saying or a joke
false-quotation = a quotation
false-not_them = not about them
false-other = something else
entry-acknowledged = has it
entry-let_go = let it go
entry-note = note
entry-action = done
entry-referral = referral
entry-outcome = outcome
entry-closed = closed
entry-reopened = reopened
entry-shown = saw the words
entry-hold = held the pair's messages
entry-hold_ended = ended the hold
entry-called = called for somebody
entry-reminded = was reminded
# Why something about a case has no effect, and what to do.
case-not-closed = Case { $case } is closed. To go on with it: /reopen { $case } and why
case-not-nobody = Nobody has case { $case } yet. Press I have this, or send HAVE { $case }, and then close it.
case-not-taken = { $name } has case { $case }. Please speak to them first.
case-not-not-yours = You don't have case { $case }. It can be let go by the one who has it: { $name }.
case-not-not-closed = Case { $case } is not closed. /case { $case } shows it.
case-not-not-false = Case { $case } was not closed as a false alarm. /case { $case } shows it.
case-not-no-outcome = First choose how case { $case } ended: /close { $case }
case-not-no-pair = Case { $case } is not about a pair, so there is nothing to hold.
case-not-held = Messages of this pair are held already.
case-not-not-held = Messages of this pair are not held for case { $case }. /case { $case } shows it.
case-not-not-here = Words are shown only on Telegram, in a chat of your own. Or use the computer: telementor case show { $case }
case-not-no-words = Case { $case } began without a message. /case { $case } shows what was noted.
pair-held = For a while, our team looks at messages before they are passed on. This can take a little longer. You can write as always.
pair-free = Messages are passed on at once again.
case-grew = There are more messages in case { $case }. /case { $case } shows them.
# To words that only begin like an answer to an alert: nobody may believe by mistake that somebody has it.
alert-have-alone = If you are taking care of alert { $case }, please send HAVE { $case } and nothing else.
alert-unknown = There is no such alert. Please check the number. It looks like this: HAVE 12

severity-immediate = life or serious harm, now
severity-high = needs someone today
severity-concern = needs a look in the working day
# Whose words they are, where alerts name nobody: the number that the command line shows.
reference-mentee = mentee { $number }
reference-mentor = mentor { $number }
reference-coordinator = coordinator { $number }
side-mentee = a mentee
side-mentor = a mentor
side-coordinator = a coordinator
side-stranger = someone we don't know
side-unsure = someone on a shared or an old phone

category-suicide = suicide
category-self_harm = self-harm
category-abuse_physical = physical abuse
category-abuse_sexual = sexual abuse
category-abuse_emotional = emotional abuse
category-neglect = neglect
category-sexual_exploitation = sexual exploitation
category-criminal_exploitation = criminal exploitation
category-grooming_boundary = grooming or boundaries
category-violence_weapons = violence or weapons
category-missing = missing from home
category-domestic_abuse = domestic abuse
category-substance_risk = drugs or alcohol
category-radicalisation = radicalisation
category-honour_fgm_forced_marriage = honour-based abuse, FGM or forced marriage
category-bullying_severe = severe bullying
category-homelessness_urgent = nowhere to sleep
category-medical_emergency = medical emergency
category-disclosure_cue = about to tell something hard
category-reoffending_risk = risk of offending
category-several_concerns = several concerns within some days
category-details_attempts = tries to pass contact details
category-concern_told = a concern that someone told
category-complaint = a complaint
category-help_asked = asked for the coordinator
category-about_mentor = something about the mentor
# The scan itself failed: a person has to read the message.
category-scan_failed = not scanned, please read

## For a mentee whose words sound as if life or safety is at risk

# It fits somebody who writes of themself, and somebody who writes of a friend: no scan tells them apart for certain.
crisis = I am sorry, this sounds very hard. You are not alone with it. If anyone is in danger now, ring 999. You can talk to someone for free, day or night: Childline 0800 1111, Samaritans 116 123, or text SHOUT to 85258. Someone from our team will see your message.
# A mentor or coordinator who writes so of themself: without the helpline of children.
crisis-grown = I am sorry, this sounds very hard. You are not alone with it. If anyone is in danger now, ring 999. You can talk to someone for free, day or night: Samaritans 116 123, or text SHOUT to 85258. Someone from our team will see your message.

## For coordinators: names and numbers of cases only, never anybody's words

notice-stranger = Someone we don't know wrote to the service. Their words are in the record.
notice-declined = { $name } said no to joining.
notice-match-declined = { $name } ({ $side }) said no to the match. The other person has not been told.
notice-stopped = { $name } sent STOP and gets no more messages.
notice-started = { $name } sent START and is back.
# $why: one of the lines below it.
notice-unreachable = We can't reach { $name } any more: { $why }. If it matters, try another way.
why-blocked = they have blocked us
why-account = their account is gone
why-number = the number gets no texts
why-off = the phone is off or out of reach
why-stop = they sent STOP to the network
why-unknown = the network does not say why
notice-reachable = { $name } can be reached again. What did not arrive before is not sent again by itself.
notice-not-delivered = A message to { $name } could not be delivered.
notice-file-fell-back = A file from { $sender } could not be shown to { $name }: only texts reach them just now. Both were told.
unreached-none = In the last 7 days all messages arrived, as far as we know. Everybody can be reached.
unreached-intro = In the last 7 days:
unreached-failed = To { $name }: { $count } not delivered
unreached-uncertain = To { $name }: { $count } may not have arrived
unreached-person = { $name } can't be reached: { $why }
unreached-more = The rest is on the command line: telementor unreached
notice-held-file = { $name } sent something that waits until you have looked at it.
# For a coordinator on a channel without buttons; $message: the number that the command line asks for.
notice-held-elsewhere = A message from { $name } is held and needs a look. Its number is { $message }.
option-look = Look
option-release = Pass on
option-release-whole = Pass on as it is
option-release-redacted = Pass on without the details
option-refuse = Don't pass on
held-look = From { $name }: { $words }
# $words: earlier messages of the same person that what was found begins in.
held-look-before = Before that: { $words }
held-look-elsewhere = This has a file, which can't be shown here. Please look at message { $message } on the computer.
held-look-first = Please press Look first. Nothing is passed on unseen.
held-not-ready = It is still being fetched. Please try again in a moment.
held-filter-fails = The filter can't check these words, so they can't be passed on. You can choose not to pass them on.
held-unknown = There is nothing held under that button.
held-already = This has been dealt with already. Who did it: { $name }
held-done-release = { $name } looked at what { $sender } sent, and passed it on.
held-done-refuse = { $name } decided not to pass on what { $sender } sent.
the-office = The office
notice-held = A message from { $name } is held and needs a look.
notice-held-still = Something from { $name } still waits. Nobody has decided about it yet. Please have a look.
notice-joined = { $name } has joined.
notice-match-started = { $mentor } and { $mentee } are now matched.
notice-failed-event = Something that came in could not be dealt with. It is kept as event { $id } and needs a look.
# Something that was due fails again and again. $service: the programme; $number: what it is about; $id: its number for
# whoever looks into the log.
stuck-alert_unanswered = Case { $number } ({ $service }): a fault keeps us from calling anybody. Please look now: /case { $number }. Then tell whoever runs the service: diary entry { $id }.
stuck-case_idle = Case { $number } ({ $service }): a fault keeps us from reminding of it. Please look: /case { $number }. Then tell whoever runs the service: diary entry { $id }.
stuck-digest = A fault keeps us from telling the concerns that nobody has ({ $service }). Please look: /cases. Then tell whoever runs the service: diary entry { $id }.
stuck-boundaries = A fault keeps us from the morning's count of messages ({ $service }). The counts are on the command line: telementor boundaries. Please tell whoever runs the service: diary entry { $id }.
stuck-words_shown = A fault keeps words of a case in a chat where they were shown ({ $service }). If it is yours, please delete them there. Then tell whoever runs the service: diary entry { $id }.
stuck-deferred = A fault holds up messages that waited for their hours (match { $number }, { $service }). Please look: telementor transcript. Then tell whoever runs the service: diary entry { $id }.
stuck-held = A fault keeps us from reminding of what is held ({ $service }). Please look: telementor held list. Then tell whoever runs the service: diary entry { $id }.
stuck-other = A fault keeps us from something that was due ({ $kind }, { $service }). Please tell whoever runs the service: diary entry { $id }.
notice-paused = { $name } asked for a break from { $other }. Their messages wait until { $name } sends RESUME or you resume the match.
notice-paused-both = { $name } wants a break from { $other } too. Only you can resume the match now.
notice-resumed = { $name } ended the break with { $other }.
notice-moved = { $name } has moved to another phone or channel. The old one is closed.
notice-added-address = { $name } can be reached in a second way now.
notice-move-declined = { $name } was asked to move to a new number, and the answer there was no. Please check the number.
notice-old-address = Somebody wrote from an old address of { $name }. The words are in the record. Nothing was said to them about { $name }.
notice-unmatched = { $name } wrote but has no match. The words are in the record.
# $budget: how many SMS segments of a month the programme plans for one person.
notice-sms-nearly-spent = Texts to { $name } have used 80 per cent of this month's { $budget } segments. They go on as before.
notice-sms-spent = Texts to { $name } have used all { $budget } segments of this month. They go on as before.
notice-loop = { $name } wrote many messages that we answered by ourselves. Perhaps their phone answers by itself too. We keep and check what comes, but stop answering for some minutes. You may want to ring them.
notice-repeats = { $name } sends the same words again and again. Perhaps their phone answers by itself. We pass them on, but more slowly. You may want to ring them or pause the match.
notice-flood = { $name } sends very many messages. All are passed on, but more slowly. You may want to see if all is well.
notice-waits = Messages from { $other } wait for { $name }, who is away, until { $day }.
notice-deferred-refused = Messages from { $name } had to wait and can't be passed on any more. They are in the record.
notice-late = { $name } wrote after the match with { $other } had ended. Nothing was passed on. The words are in the record.
notice-boundary-late = { $name } wrote { $count } messages late at night in the last week (match { $match }). Please have a look.
notice-boundary-much = { $name } wrote { $count } messages yesterday, far more than usual (match { $match }). Please have a look.
notice-boundary-details = { $name } tried to pass contact details in { $count } messages within 7 days. Please have a look.
