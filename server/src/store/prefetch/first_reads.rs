//! Which rows a batch fetches before it begins.

use shared::command::Command;
use shared::id::UserId;

use crate::store::rules::{AccountKey, RowKey};
use crate::store::{
    AccountCommand, ExternalSignIn, LinkHash, LinkTarget, MailAction, MailAddressCommand,
    MailDelivery, MailRecipient, NewAccount, ProfileChange, RegisteredPasskey, SessionSelector,
    SignInProof, TokenHash, UsernameKeys, WriteCommand, WriteRequest,
};

/// The rows that are fetched for every batch.
pub const ALWAYS: [RowKey; 3] = [RowKey::Directory, RowKey::NewRoomId, RowKey::NewUserId];

/// The rows that nearly every command of its kind reads. The rules ask for all others by missing
/// them. So no rule depends on this list; a good list saves rounds.
pub fn first_reads(request: &WriteRequest) -> impl Iterator<Item = RowKey> {
    let user = request.actor.user();
    let room = match &request.command {
        WriteCommand::Client(command) => command.room(),
        WriteCommand::RemoveRoom { room }
        | WriteCommand::RemoveUnusedDirect { room }
        | WriteCommand::EraseWriting { room, .. }
        | WriteCommand::SetRoom { room, .. } => Some(*room),
        WriteCommand::Account(_)
        | WriteCommand::CreateRoomFor { .. }
        | WriteCommand::BeginRemoval { .. }
        | WriteCommand::Block { .. }
        | WriteCommand::Unblock { .. }
        | WriteCommand::Maintain => None,
    };
    let receipt = user.zip(request.client_id);
    [
        user.map(RowKey::Person),
        room.map(RowKey::RoomHead),
        user.zip(room)
            .map(|(user, room)| RowKey::ReadMark(user, room)),
        receipt.map(|(user, client_id)| RowKey::Receipt(user, client_id)),
        receipt.map(|(user, _)| RowKey::ReceiptCount(user)),
    ]
    .into_iter()
    .flatten()
    .chain(people_reads(user, &request.command))
    .chain(mark_reads(user, &request.command))
    .chain(
        account_reads(user, &request.command)
            .into_iter()
            .map(RowKey::Account),
    )
}

/// What a command about people reads of each. Who makes or joins a room becomes a member.
fn people_reads(actor: Option<UserId>, command: &WriteCommand) -> Vec<RowKey> {
    let WriteCommand::Client(command) = command else {
        return Vec::new();
    };
    let room = command.room();
    let makes_room = matches!(command, Command::CreateRoom { .. });
    let enters = makes_room
        || matches!(
            command,
            Command::JoinRoom { .. } | Command::OpenDirect { .. }
        );
    let newcomer = actor.filter(|_| enters);
    let people = command.people().iter().copied().chain(newcomer);
    let rows = people.flat_map(|user| {
        [
            Some(RowKey::Person(user)),
            Some(RowKey::Account(AccountKey::Identity(user))),
            Some(RowKey::Account(AccountKey::Profile(user))),
            room.map(|room| RowKey::Membership(room, user)),
            room.map(|room| RowKey::ReadMark(user, room)),
        ]
    });
    let counts = actor.filter(|_| makes_room).map(RowKey::RoomCounts);
    rows.flatten().chain(counts).collect()
}

/// What a command about several marks reads of each room.
fn mark_reads(user: Option<UserId>, command: &WriteCommand) -> Vec<RowKey> {
    match (command, user) {
        (WriteCommand::Client(Command::SetMarks { marks }), Some(user)) => {
            let rows = marks.iter().flat_map(|mark| {
                let room = mark.room;
                [RowKey::RoomHead(room), RowKey::ReadMark(user, room)]
            });
            rows.collect()
        }
        _ => Vec::new(),
    }
}

/// The same for the rows of accounts.
fn account_reads(actor: Option<UserId>, command: &WriteCommand) -> Vec<AccountKey> {
    match command {
        WriteCommand::Account(command) => command_reads(actor, command),
        _ => Vec::new(),
    }
}

fn command_reads(actor: Option<UserId>, command: &AccountCommand) -> Vec<AccountKey> {
    match command {
        AccountCommand::CreateGuest { .. } => vec![AccountKey::LastSession],
        AccountCommand::Claim { link, account, .. } => {
            let own = [AccountKey::Link(*link), AccountKey::Place];
            own.into_iter().chain(new_account_reads(account)).collect()
        }
        AccountCommand::JoinByInvite {
            invite, account, ..
        } => {
            let own = [AccountKey::Invite(*invite), AccountKey::Place];
            own.into_iter().chain(new_account_reads(account)).collect()
        }
        AccountCommand::JoinAsGuest { invite, .. } => guest_reads(*invite).into(),
        // All that it reads follows from the actor.
        AccountCommand::StoreUserHandle { .. } => passkey_reads(actor, Vec::new()),
        AccountCommand::RenamePasskey { credential, .. } => {
            passkey_reads(actor, vec![AccountKey::Passkey(credential.clone())])
        }
        AccountCommand::AddPasskey {
            session,
            passkey: RegisteredPasskey { credential, .. },
        }
        | AccountCommand::RemovePasskey {
            session,
            credential,
            ..
        } => {
            let passkey = AccountKey::Passkey(credential.clone());
            let reads = vec![AccountKey::Session(*session), passkey, AccountKey::Place];
            passkey_reads(actor, reads)
        }
        AccountCommand::SignIn { proof, .. } => {
            let (user, mut reads) = proof_reads(proof);
            reads.extend(user.map(AccountKey::SessionsOf));
            reads.push(AccountKey::LastSession);
            reads
        }
        AccountCommand::SignInByLink { link, .. } | AccountCommand::ResetPassword { link, .. } => {
            vec![AccountKey::Link(*link), AccountKey::LastSession]
        }
        AccountCommand::ConfirmSession { session, proof } => {
            let (_, mut reads) = proof_reads(proof);
            reads.push(AccountKey::Session(*session));
            reads
        }
        AccountCommand::SetPassword { session, .. }
        | AccountCommand::SetTotp { session, .. }
        | AccountCommand::RemoveTotp { session }
        | AccountCommand::UnlinkExternal { session, .. }
        | AccountCommand::SetRecoveryCodes { session, .. } => {
            vec![AccountKey::Session(*session)]
        }
        AccountCommand::SignInByExternal(sign_in) => external_reads(sign_in),
        AccountCommand::LinkExternal {
            session, identity, ..
        } => vec![
            AccountKey::Session(*session),
            AccountKey::External(identity.clone()),
        ],
        AccountCommand::TouchSession { token } => vec![AccountKey::Session(*token)],
        // Which it reads follows from what it finds.
        AccountCommand::EndExternalSessions { .. }
        | AccountCommand::EndSessions(SessionSelector::Token(_))
        | AccountCommand::ClearSecondFactor { .. } => Vec::new(),
        AccountCommand::EndSessions(
            SessionSelector::Id { user, .. } | SessionSelector::AllBut { user, .. },
        ) => vec![AccountKey::SessionsOf(*user)],
        AccountCommand::SetProfile {
            user,
            change,
            session,
        } => profile_reads(*user, change, session.as_ref()),
        AccountCommand::CreateInvite { session, .. } => {
            let session = session.map(AccountKey::Session).into_iter();
            session.chain([AccountKey::LastInvite]).collect()
        }
        AccountCommand::RevokeInvite(id) => vec![AccountKey::InviteToken(*id)],
        AccountCommand::CreateLink { target, .. } => match target {
            LinkTarget::Claim => vec![AccountKey::Place, AccountKey::LinksOf(None)],
            LinkTarget::Reset { user, .. } => vec![
                AccountKey::Identity(*user),
                AccountKey::LinksOf(Some(*user)),
            ],
            LinkTarget::Transfer { session } => vec![AccountKey::Session(*session)],
        },
        AccountCommand::SetRole { user, session, .. }
        | AccountCommand::DeletePerson { user, session } => {
            let session = session.map(AccountKey::Session);
            person_reads(*user).into_iter().chain(session).collect()
        }
        AccountCommand::Deactivate { user } => person_reads(*user).into(),
        AccountCommand::Reactivate { user } => vec![AccountKey::Identity(*user)],
        AccountCommand::Mail(action) => mail_reads(actor, action),
        AccountCommand::JoinBySignUp { .. }
        | AccountCommand::Apply(_)
        | AccountCommand::Approve(_)
        | AccountCommand::Decline(_)
        | AccountCommand::SetPlace(_) => sign_up_reads(command),
    }
}

fn mail_reads(actor: Option<UserId>, action: &MailAction) -> Vec<AccountKey> {
    match action {
        MailAction::With { to, command, .. } => {
            let mut reads = command_reads(actor, command);
            reads.push(AccountKey::WaitingMails);
            if let MailRecipient::Person(user) = to {
                reads.push(AccountKey::MailAddress(*user));
            }
            reads
        }
        MailAction::Reset { user, .. } => vec![
            AccountKey::Identity(*user),
            AccountKey::MailAddress(*user),
            AccountKey::WaitingMails,
        ],
        MailAction::Address(
            MailAddressCommand::Ask { session, .. }
            | MailAddressCommand::Prove { session, .. }
            | MailAddressCommand::Remove { session },
        ) => vec![AccountKey::Session(*session)],
        MailAction::Deliver(MailDelivery::Begin { mail, .. } | MailDelivery::End(mail)) => {
            vec![AccountKey::Mail(*mail)]
        }
    }
}

fn sign_up_reads(command: &AccountCommand) -> Vec<AccountKey> {
    match command {
        AccountCommand::JoinBySignUp { account, .. } => {
            let own = [AccountKey::Place];
            own.into_iter().chain(new_account_reads(account)).collect()
        }
        AccountCommand::Apply(application) => vec![
            AccountKey::Place,
            AccountKey::Applications,
            AccountKey::LastApplication,
            AccountKey::UsernameKey(application.username.key.clone()),
            AccountKey::UsernameLook(application.username.look.clone()),
        ],
        AccountCommand::Approve(id) | AccountCommand::Decline(id) => {
            vec![AccountKey::Application(*id)]
        }
        AccountCommand::SetPlace(_) => vec![AccountKey::Place],
        _ => Vec::new(),
    }
}

/// These, and what decides about the passkeys of the actor.
fn passkey_reads(actor: Option<UserId>, mut reads: Vec<AccountKey>) -> Vec<AccountKey> {
    let keys = [
        AccountKey::Identity,
        AccountKey::UserHandle,
        AccountKey::Password,
        AccountKey::ExternalsOf,
        AccountKey::PasskeysOf,
    ];
    reads.extend(actor.into_iter().flat_map(|user| keys.map(|key| key(user))));
    reads
}

fn proof_reads(proof: &SignInProof) -> (Option<UserId>, Vec<AccountKey>) {
    match proof {
        SignInProof::External(identity) => (None, vec![AccountKey::External(identity.clone())]),
        SignInProof::Passkey {
            user, credential, ..
        } => {
            let passkey = AccountKey::Passkey(credential.clone());
            (Some(*user), vec![passkey, AccountKey::Identity(*user)])
        }
        SignInProof::Password { user, .. } => {
            let reads = [AccountKey::Password, AccountKey::Totp, AccountKey::Identity];
            (Some(*user), reads.map(|key| key(*user)).into())
        }
    }
}

fn guest_reads(invite: LinkHash) -> [AccountKey; 2] {
    [AccountKey::Invite(invite), AccountKey::LastSession]
}

fn person_reads(user: UserId) -> [AccountKey; 4] {
    [
        AccountKey::Owners,
        AccountKey::Identity(user),
        AccountKey::SessionsOf(user),
        AccountKey::GrantsOf(user),
    ]
}

fn external_reads(sign_in: &ExternalSignIn) -> Vec<AccountKey> {
    let account = sign_in.account.iter();
    let usernames = account.flat_map(|account| &account.usernames);
    let keys = usernames.flat_map(username_reads);
    [
        AccountKey::External(sign_in.identity.clone()),
        AccountKey::LastSession,
    ]
    .into_iter()
    .chain(sign_in.guest.map(AccountKey::Session))
    .chain(keys)
    .collect()
}

fn new_account_reads(account: &NewAccount) -> impl Iterator<Item = AccountKey> {
    let username = username_reads(&account.username).into_iter();
    username.chain([AccountKey::Applications, AccountKey::LastSession])
}

fn profile_reads(
    user: UserId,
    change: &ProfileChange,
    session: Option<&TokenHash>,
) -> Vec<AccountKey> {
    let own = [AccountKey::Identity(user), AccountKey::Profile(user)];
    let username = change.username.iter().flat_map(username_reads);
    let session = session.copied().map(AccountKey::Session);
    own.into_iter().chain(username).chain(session).collect()
}

fn username_reads(username: &UsernameKeys) -> [AccountKey; 2] {
    [
        AccountKey::UsernameKey(username.key.clone()),
        AccountKey::UsernameLook(username.look.clone()),
    ]
}
